import { definitionOf } from '../definition.ts';
import type { Look } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'deprecated-type',
  severity: 'warning',
  title: 'A type that Microsoft means to take away',
  versions: 'all',
});

export const look: Look = ({ statements }) =>
  statements.flatMap((tokens) =>
    (definitionOf(tokens)?.columns ?? []).flatMap(({ name, type }) => {
      const better = instead[type];
      if (better === undefined) return [];
      return [
        rule.finding(
          `${name} is ${type.toLowerCase()}, which is deprecated and does without much that its successor knows`,
          `Say ${better}.`,
        ),
      ];
    }),
  );

const instead: Readonly<Record<string, string>> = {
  TEXT: 'varchar(max)',
  NTEXT: 'nvarchar(max)',
  IMAGE: 'varbinary(max)',
  TIMESTAMP: 'rowversion, which is the same and no time',
};
