import { unreadable } from '../../check.ts';
import { judgeRows } from '../../sql-check.ts';
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
      return judgeRows(expect, await session.read(query));
    } finally {
      await session.close();
    }
  },
};
