import type { ColumnDefinition } from '../columns.ts';
import { newColumnsIn } from '../definition.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'volatile-default-rewrite',
  severity: 'warning',
  title: 'A new column whose values differ from row to row copies the table',
  versions: 'MySQL since 8.0.13, MariaDB since 10.2',
  bySize: true,
});

export const look: Look = ({ definition, memory }) => {
  if (definition?.by !== 'alter-table' || memory.isNew(definition.table)) return [];
  return newColumnsIn(definition)
    .filter(isComputedByRow)
    .map(({ name }) =>
      rule.finding(
        `the default of ${name} is computed for each row: ${definition.table} is copied while nobody can write to it, and a server that logs statements refuses it`,
        'Add the column without a default, then SET DEFAULT for new rows, and fill the others by a backfill.',
        { table: definition.table },
      ),
    );
};

/** A call other than of the time, which is the same for the whole statement. */
const isComputedByRow = ({ standard, generated }: ColumnDefinition): boolean =>
  generated === null &&
  standard !== null &&
  standard.some(
    ({ kind, value }, at) => kind === 'word' && standard[at + 1]?.raw === '(' && !time.has(value),
  );

const time: ReadonlySet<string> = new Set([
  'CURRENT_TIMESTAMP',
  'NOW',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'CURRENT_DATE',
  'CURDATE',
]);
