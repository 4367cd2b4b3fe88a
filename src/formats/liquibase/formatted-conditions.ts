import type { Check } from '../../core/checks.ts';
import type { Located } from '../../core/manifest/manifest.ts';
import type { SqlSource } from '../../core/migration.ts';
import { findMarkers } from '../sections.ts';
import { Asked } from './asked.ts';
import { readConditions } from './conditions.ts';
import { attributesOf } from './formatted.ts';
import type { Node } from './node.ts';
import type { Walk } from './walk.ts';

/** How formatted SQL calls what XML has elements for. */
const elements: Readonly<Record<string, string>> = {
  'sql-check': 'sqlCheck',
  'table-exists': 'tableExists',
};
const attributes: Readonly<Record<string, string>> = {
  onfail: 'onFail',
  onerror: 'onError',
  expectedresult: 'expectedResult',
  table: 'tableName',
  schema: 'schemaName',
};

/** `--preconditions onFail:HALT` and the `--precondition-…` below it, as checks before the migration. */
export function findFormattedConditions(body: SqlSource, walk: Walk): readonly Located<Check>[] {
  const lines = findMarkers(body.text, /^[ \t]*--[ \t]*precondition(s|-[\w-]+)\b[ \t:]*([^\r\n]*)$/gim);
  return lines.flatMap(({ match, line }) => {
    const [, kind = '', rest = ''] = match;
    const name =
      kind.toLowerCase() === 's' ? 'preConditions' : (elements[kind.slice(1)] ?? `precondition${kind}`);
    const node = toNode(name, rest, line);
    const whole: Node =
      name === 'preConditions'
        ? node
        : { ...node, name: 'preConditions', attributes: new Map(), children: [node] };
    return readConditions(new Asked(whole, body.path, walk.problems), body.path, walk.dialect);
  });
}

function toNode(name: string, rest: string, line: number): Node {
  const isSql = name === 'sqlCheck';
  const [, said = '', sql = ''] = isSql ? (/^(\S+:(?:"[^"]*"|\S+))\s+(.*)$/.exec(rest) ?? []) : ['', rest];
  return {
    name,
    line,
    textLine: line,
    attributes: new Map([...attributesOf(said)].map(([key, value]) => [attributes[key] ?? key, value])),
    children: [],
    text: sql,
  };
}
