import { failed, listed, passed } from '../../check.ts';
import { quoteTable } from '../quote.ts';
import type { CheckKind } from './check.ts';

export const noInvalidIndexes: CheckKind<'no_invalid_indexes'> = {
  title: ({ tables }) => `no invalid index on ${listed(tables)}`,
  async run({ tables }, { connection }) {
    const rows = await connection.read<{ name: string }>(
      `SELECT i.indexrelid::regclass AS name FROM pg_index i
       WHERE i.indrelid = ANY ($1::regclass[]) AND NOT (i.indisvalid AND i.indisready) ORDER BY 1`,
      [tables.map(quoteTable)],
    );
    if (rows.length === 0) return passed('none found');
    const names = rows.map((row) => row.name);
    return failed(
      `invalid: ${listed(names)}`,
      'DROP INDEX CONCURRENTLY, or REINDEX INDEX CONCURRENTLY if it is wanted',
    );
  },
};
