import { type CheckKind, COUNTED_AT_MOST, failed, listed, passed, rowsCounted } from './check.ts';

/** What the checks of this file need of an engine, whose servers all read their SQL alike. */
export interface Quoting {
  quoteTable(name: string): string;
  quoteIdentifier(name: string): string;
}

export interface Asking {
  read<Row>(sql: string): Promise<readonly Row[]>;
}

/** The checks that look for rows which ought not to be there. */
export interface RowChecks {
  readonly unique: CheckKind<'unique', Asking>;
  readonly no_orphans: CheckKind<'no_orphans', Asking>;
  readonly backfill_complete: CheckKind<'backfill_complete', Asking>;
}

export const rowChecks = (quoting: Quoting): RowChecks => ({
  unique: unique(quoting),
  no_orphans: noOrphans(quoting),
  backfill_complete: backfillComplete(quoting),
});

/** Rows with a NULL among the columns are never duplicates, as in a unique index. */
const unique = ({ quoteTable, quoteIdentifier }: Quoting): RowChecks['unique'] => ({
  title: ({ table, columns }) => `no duplicates in ${table} (${listed(columns)})`,
  async run({ table, columns }, { connection }) {
    const names = columns.map(quoteIdentifier);
    const values = await count(
      connection,
      `${quoteTable(table)} WHERE ${names.map((name) => `${name} IS NOT NULL`).join(' AND ')}
       GROUP BY ${names.join(', ')} HAVING count(*) > 1`,
    );
    if (values === 0) return passed('none found');
    return failed(
      `${rowsCounted(values, 'value')} found more than once`,
      'merge or delete the duplicates before a unique index is built',
    );
  },
});

/** Rows with a NULL among the columns reference nothing, as in a foreign key. */
const noOrphans = ({ quoteTable, quoteIdentifier }: Quoting): RowChecks['no_orphans'] => ({
  title: ({ table, columns, references }) =>
    `every ${table} (${listed(columns)}) exists in ${references.table} (${listed(references.columns)})`,
  async run({ table, columns, references }, { connection }) {
    const child = columns.map((column) => `c.${quoteIdentifier(column)}`);
    const parent = references.columns.map((column) => `p.${quoteIdentifier(column)}`);
    const orphans = await count(
      connection,
      `${quoteTable(table)} c
       WHERE ${child.map((name) => `${name} IS NOT NULL`).join(' AND ')} AND NOT EXISTS (
         SELECT 1 FROM ${quoteTable(references.table)} p
         WHERE ${child.map((name, index) => `${parent[index]} = ${name}`).join(' AND ')}
       )`,
    );
    if (orphans === 0) return passed('no orphans found');
    return failed(
      `${rowsCounted(orphans)} of ${table} without a counterpart`,
      `delete or repair these rows before the foreign key is added`,
    );
  },
});

/** `where` describes the rows still to be done; it stands on lines of its own, so that a comment in it swallows nothing. */
const backfillComplete = ({ quoteTable }: Quoting): RowChecks['backfill_complete'] => ({
  title: ({ table }) => `the backfill of ${table} is complete`,
  async run({ table, where }, { connection }) {
    const rows = await count(connection, `${quoteTable(table)} WHERE (${where}\n)`);
    if (rows === 0) return passed('no row is left to be done');
    return failed(
      `${rowsCounted(rows)} still to be done`,
      'look for a writer that still leaves the old value, and whether the expression can yield what `where` looks for',
    );
  },
});

async function count(connection: Asking, from: string): Promise<number> {
  const [row] = await connection.read<{ found: string }>(
    `SELECT count(*) AS found FROM (SELECT 1 FROM ${from} LIMIT ${COUNTED_AT_MOST}) counted`,
  );
  return Number(row?.found);
}
