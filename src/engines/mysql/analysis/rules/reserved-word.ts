import { splitName } from '../../quote.ts';
import { columnsIn, keysIn } from '../definition.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'reserved-word',
  severity: 'note',
  title: 'A name without quotes becomes a word of the language',
  versions: 'before MySQL 8.0; on MariaDB some of them',
});

/** Reserved by MySQL since 8.0 or later, and free before (manual, "Keywords and Reserved Words"). */
const reserved: ReadonlySet<string> = new Set(
  `CUBE CUME_DIST DENSE_RANK EMPTY EXCEPT FIRST_VALUE FUNCTION GROUPING GROUPS INTERSECT JSON_TABLE LAG LAST_VALUE LATERAL
   LEAD LIBRARY MANUAL NTH_VALUE NTILE OF OVER PARALLEL PERCENT_RANK QUALIFY RANK RECURSIVE ROW ROWS ROW_NUMBER SYSTEM
   TABLESAMPLE WINDOW`.split(/\s+/),
);

export const look: Look = ({ definition, tokens }) => {
  if (definition === null) return [];
  const names = [
    ...splitName(definition.table),
    ...columnsIn(definition).map(({ name }) => name),
    ...keysIn(definition).map(({ name }) => name ?? ''),
  ];
  const bare = new Set(tokens.filter(({ kind }) => kind === 'word').map(({ value }) => value));
  return [...new Set(names.map((name) => name.toUpperCase()))]
    .filter((name) => reserved.has(name) && bare.has(name))
    .map((name) =>
      rule.finding(
        `${name.toLowerCase()} is a word of the language on MySQL 8.0 or later, where the statement is an error without quotes`,
        `Write \`${name.toLowerCase()}\`, or another name: every query has to quote it from then on.`,
      ),
    );
};
