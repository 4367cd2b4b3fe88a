import { definitionOf } from '../definition.ts';
import type { Look } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'length-left-out',
  severity: 'warning',
  title: 'A text without a length holds one character',
  versions: 'all',
});

export const look: Look = ({ statements }) =>
  statements.flatMap((tokens) =>
    (definitionOf(tokens)?.columns ?? [])
      .filter(({ type, body }) => sized.has(type) && body[1]?.raw !== '(')
      .map(({ name, type }) =>
        rule.finding(
          `${name} is ${type.toLowerCase()} without a length: it holds 1, and longer values are refused`,
          `Say ${type.toLowerCase()}(n), or (max).`,
        ),
      ),
  );

const sized: ReadonlySet<string> = new Set(['VARCHAR', 'NVARCHAR', 'VARBINARY']);
