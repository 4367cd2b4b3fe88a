import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'set-not-null',
  severity: 'warning',
  title: 'NOT NULL writes the table anew and fails at the first NULL',
  versions: 'all',
  bySize: true,
});

export const look: Look = ({ definition, memory, known }) =>
  (definition?.actions ?? []).flatMap((action) => {
    if (definition === null || action.does !== 'change-column' || action.column.nullable) return [];
    const { table } = definition;
    const before = known.column(table, action.from);
    if (memory.isNew(table) || before?.nullable === false) return [];
    const what = before === null ? 'if it was not yet NOT NULL, ' : '';
    return [
      rule.finding(
        `${what}every row of ${table} is written anew, and one without a value for ${action.from} makes it fail at the end`,
        `Fill it by a backfill, and let the manifest look first: checks: before: no_nulls: { table: ${table}, columns: [${action.from}] }.`,
        before === null ? { severity: 'note' } : { table },
      ),
    ];
  });
