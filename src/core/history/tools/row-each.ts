import type { Recorded } from '../recorded.ts';
import {
  type EntryOf,
  foundByName,
  type HistoryTable,
  type HistoryValue,
  now,
  type ToolHistory,
} from '../tool-history.ts';

interface RowEach<Entry extends Recorded> {
  readonly table: string;
  /** Holds the name of a migration. */
  readonly column: string;
  readonly at: string | null;
  readonly nameOf: (entry: Entry) => string;
  readonly more?: Readonly<Record<string, HistoryValue>>;
}

/** A table with a row for each migration that is applied, and nothing more to it. */
function rowEach<Entry extends Recorded>({
  table,
  column,
  at,
  nameOf,
  more = {},
}: RowEach<Entry>): ToolHistory<Entry> {
  const columns = at === null ? [column] : [column, at];
  const described: HistoryTable = { schema: null, name: table, columns, orderBy: [column] };
  return {
    table: described,
    find: (rows, all) => foundByName(rows, all, nameOf, column, at),
    keep: (entry, direction) => {
      const key = { [column]: nameOf(entry) };
      if (direction === 'down') return [{ does: 'remove', where: key }];
      const values = { ...key, ...(at === null ? {} : { [at]: now }), ...more };
      return [{ does: 'add', values, unless: key }];
    },
  };
}

export const diesel = rowEach<EntryOf<'diesel'>>({
  table: '__diesel_schema_migrations',
  column: 'version',
  at: 'run_on',
  nameOf: ({ version }) => version,
});

export const dbmate = rowEach<EntryOf<'dbmate'>>({
  table: 'schema_migrations',
  column: 'version',
  at: null,
  nameOf: ({ version }) => version,
});

export const nodePgMigrate = rowEach<EntryOf<'node-pg-migrate'>>({
  table: 'pgmigrations',
  column: 'name',
  at: 'run_on',
  nameOf: ({ name }) => name,
});
