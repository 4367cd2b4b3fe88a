import type { Node } from './grammar.ts';
import type { Token } from './lexer.ts';

/** The statements that are carried out, those inside blocks as well. What a module is defined as runs another day. */
export function plainStatements(nodes: readonly Node[]): readonly (readonly Token[])[] {
  return nodes.flatMap((node) => {
    switch (node.kind) {
      case 'plain':
        return [node.tokens];
      case 'module':
        return [];
      case 'block':
        return plainStatements(node.body);
      case 'if':
        return plainStatements(node.otherwise === null ? [node.body] : [node.body, node.otherwise]);
      case 'while':
        return plainStatements([node.body]);
      case 'try':
        return plainStatements([...node.body, ...node.handler]);
      default:
        return node satisfies never;
    }
  });
}
