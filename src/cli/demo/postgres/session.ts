import pg from 'pg';
import type { ChangedRow, Command, Login, Session, SessionOptions } from '../dialect.ts';
import type { WrittenTable } from '../write-log.ts';

const keyType: Readonly<Record<WrittenTable, string>> = { users: 'bigint', orders: 'uuid' };

export async function openPostgres(login: Login, options: SessionOptions = {}): Promise<Session> {
  const { name, onLost, connectWithinMs, replyWithinMs } = options;
  const client = new pg.Client({
    ...login,
    application_name: name,
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: replyWithinMs,
  });
  client.on('error', () => onLost?.());
  try {
    await client.connect();
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
  return {
    async identity() {
      const { rows } = await client.query<{ identity: string }>(
        `SELECT pg_postmaster_start_time()::text || ' ' || coalesce(inet_server_port(), 0) AS identity`,
      );
      return rows[0]?.identity ?? '';
    },
    async write({ sql, values }: Command): Promise<ChangedRow | null> {
      const { rows } = await client.query<{ id?: string; revision: string }>(sql, [...values]);
      const row = rows[0];
      return row === undefined ? null : { key: row.id ?? null, revision: Number(row.revision) };
    },
    async revisions(table, keys) {
      const { rows } = await client.query<{ key: string; revision: string }>(
        `SELECT t.id::text AS key, t.revision::text AS revision
         FROM unnest($1::${keyType[table]}[]) AS wanted(id) JOIN ${table} t USING (id)`,
        [keys],
      );
      return new Map(rows.map(({ key, revision }) => [key, Number(revision)]));
    },
    close: () => client.end(),
  };
}

export const isRefusedLogin = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^28/.test(error.code ?? '');

/** Classes 08 (connection) and 57P (shutdown) end the session, perhaps after the commit: not a refusal. */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return null;
  return /^(08|57P)/.test(error.code) ? null : error.code;
}
