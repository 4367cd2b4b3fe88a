import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument, type Node as YamlNode } from 'yaml';
import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';
import type { Node } from './node.ts';

/** A YAML or JSON change log in the shape it would have as XML; null, with problems, where it cannot be read. */
export function readYaml({ path, text }: SqlSource, problems: Problem[]): Node | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined) {
    problems.push({
      file: path,
      line: lines.linePos(fault.pos[0]).line,
      message: `not well-formed YAML: ${fault.message}`,
      expected: 'a change log that Liquibase reads',
    });
    return null;
  }
  const reader = new Reader((node) => lines.linePos(node?.range?.[0] ?? 0).line);
  const { contents } = document;
  const pair = isMap(contents)
    ? contents.items.find(({ key }) => keyOf(key) === 'databaseChangeLog')
    : undefined;
  return pair === undefined ? null : reader.toNode('databaseChangeLog', pair.value, pair.key);
}

/** Lists that XML does without: what they hold stands in the element itself there. */
const wrappers = new Set(['changes', 'columns', 'databaseChangeLog']);
/** Elements in XML, though they may be a mere text here. */
const elements = new Set(['rollback', 'comment']);

class Reader {
  readonly #lineOf: (node: YamlNode | null) => number;

  constructor(lineOf: (node: YamlNode | null) => number) {
    this.#lineOf = lineOf;
  }

  toNode(name: string, value: unknown, key: unknown): Node {
    const attributes = new Map<string, string>();
    const children: Node[] = [];
    this.#read(value, attributes, children);
    const isText = isScalar(value) && value.value !== null;
    const line = this.#lineOf(key as YamlNode | null);
    return {
      name,
      line,
      textLine: isText ? this.#textLine(value) : line,
      attributes,
      children,
      text: isText ? String(value.value) : '',
    };
  }

  #read(value: unknown, attributes: Map<string, string>, children: Node[]): void {
    if (isSeq(value)) {
      for (const item of value.items) this.#read(item, attributes, children);
      return;
    }
    if (!isMap(value)) return;
    for (const pair of value.items as readonly Pair[]) {
      const name = keyOf(pair.key);
      if (wrappers.has(name)) this.#read(pair.value, attributes, children);
      else if (isScalar(pair.value) && !elements.has(name))
        attributes.set(name, String(pair.value.value ?? ''));
      else children.push(this.toNode(name, pair.value, pair.key));
    }
  }

  /** A block text begins on the line after its sign. */
  #textLine(value: YamlNode): number {
    const isBlock = isScalar(value) && /^BLOCK/.test(value.type ?? '');
    return this.#lineOf(value) + (isBlock ? 1 : 0);
  }
}

const keyOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');
