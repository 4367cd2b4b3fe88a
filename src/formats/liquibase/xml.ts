import { SaxesParser } from 'saxes';
import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';
import type { Node } from './node.ts';

interface Open {
  readonly name: string;
  readonly line: number;
  readonly attributes: Map<string, string>;
  readonly children: Node[];
  text: string;
  textLine: number;
}

/** The root element; null, with the first fault as a problem, where the text is not well-formed. */
export function readXml({ path, text }: SqlSource, problems: Problem[]): Node | null {
  const parser = new SaxesParser();
  const open: Open[] = [];
  let root: Node | null = null;
  let startLine = 1;
  parser.on('opentagstart', () => {
    startLine = parser.line;
  });
  parser.on('opentag', ({ name, attributes }) => {
    open.push({
      name: withoutPrefix(name),
      line: startLine,
      attributes: new Map(Object.entries(attributes).filter(([key]) => !/^xmlns|:/.test(key))),
      children: [],
      text: '',
      textLine: 0,
    });
  });
  const addText = (more: string) => {
    const current = open.at(-1);
    if (current === undefined) return;
    if (current.text.trim() === '') current.textLine = parser.line - more.split('\n').length + 1;
    current.text = current.text.trim() === '' ? more : current.text + more;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const node: Node = { ...closed, textLine: closed.textLine || closed.line };
    const parent = open.at(-1);
    if (parent === undefined) root = node;
    else parent.children.push(node);
  });
  let fault: Problem | null = null;
  parser.on('error', ({ message }) => {
    fault ??= {
      file: path,
      line: parser.line,
      message: `not well-formed XML: ${message.replace(/^[\d:]+\s*/, '')}`,
      expected: 'a change log that Liquibase reads',
    };
  });
  parser.write(text).close();
  if (fault !== null) problems.push(fault);
  return fault === null ? root : null;
}

/** `ext:changeSet`, `liquibase:createTable`: one namespace is as good as another. */
const withoutPrefix = (name: string): string => name.replace(/^.*:/, '');
