import { failed, passed, unreadable } from '../../check.ts';
import { analyze } from '../analysis/analyze.ts';
import type { CheckKind } from './check.ts';

/**
 * The author's own query, in a session of its own whose transaction is never committed. The server knows no read-only
 * transactions: what is not a query by its text is not sent.
 */
export const sql: CheckKind<'sql'> = {
  title: ({ name }) => name,
  async run({ query, expect }, { connection }) {
    const other = analyze({ path: 'check', text: query }).find(({ kind }) => kind !== 'query');
    if (other !== undefined) {
      return unreadable(
        `the check would run ${other.verb}, which is not known to be only a query`,
        'write a SELECT, without INTO',
      );
    }
    const session = await connection.more(connection.runId, 'check-sql', 'ordinary');
    try {
      await session.read('BEGIN TRANSACTION;');
      const rows = await session.read<Record<string, string | null>>(query);
      if (expect.is === 'no_rows') {
        if (rows.length === 0) return passed('no rows, as expected');
        return failed(`${rows.length} rows, none expected`, 'run the query to see them');
      }
      if (rows.length !== 1)
        return failed(`${rows.length} rows, one expected`, 'the query has to return one row');
      const value = Object.values(rows[0] ?? {})[0] ?? null;
      if (value === expect.value) return passed('the expected value');
      const found = value === null ? 'NULL' : 'another value';
      return failed(`${found} instead of the expected one`, 'run the query to see it');
    } finally {
      await session.close();
    }
  },
};
