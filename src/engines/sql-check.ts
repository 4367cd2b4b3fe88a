import type { SessionTag } from '../app/ports/engine.ts';
import { type CheckKind, type CheckOf, type Finding, failed, passed } from './check.ts';

interface Connection {
  /** The rows of someone else's query, in a read-only transaction. */
  readOnly<Row>(query: string): Promise<readonly Row[]>;
}

interface ManySessions {
  readonly runId: SessionTag['runId'];
  more(runId: SessionTag['runId'], role: string, use: 'ordinary'): Promise<Session>;
}

interface Session {
  read<Row>(sql: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** The rows of a query, in a read-only transaction of a session of its own. */
export async function readOnly<Row>(connection: ManySessions, query: string): Promise<readonly Row[]> {
  const session = await connection.more(connection.runId, 'check-sql', 'ordinary');
  try {
    await session.read('START TRANSACTION READ ONLY');
    return await session.read<Row>(query);
  } finally {
    await session.close();
  }
}

/** The author's own query. */
export const sqlCheck: CheckKind<'sql', Connection> = {
  title: ({ name }) => name,
  async run({ query, expect }, { connection }) {
    return judgeRows(expect, await connection.readOnly(query));
  },
};

/** Whether a query found what its author expects of it. */
export function judgeRows(
  expect: CheckOf<'sql'>['expect'],
  rows: readonly Readonly<Record<string, string | null>>[],
): Finding {
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
}
