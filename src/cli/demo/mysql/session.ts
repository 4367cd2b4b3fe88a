import mysql from 'mysql2/promise';
import type { ChangedRow, Command, Login, Session, SessionOptions } from '../dialect.ts';

export async function openMysql(login: Login, options: SessionOptions = {}): Promise<Session> {
  const { name, onLost, connectWithinMs, replyWithinMs } = options;
  const connection = await mysql.createConnection({
    ...login,
    ...(connectWithinMs === undefined ? {} : { connectTimeout: connectWithinMs }),
    ...(name === undefined ? {} : { connectAttributes: { program_name: name } }),
  });
  connection.on('error', () => onLost?.());
  const query = <Rows extends mysql.RowDataPacket[] | mysql.ResultSetHeader>(
    sql: string,
    values: readonly unknown[] = [],
  ) =>
    connection.query<Rows>({
      sql,
      values: [...values],
      ...(replyWithinMs === undefined ? {} : { timeout: replyWithinMs }),
    });
  return {
    async identity() {
      const [rows] = await query<mysql.RowDataPacket[]>(
        "SELECT CONCAT(@@port, ' ', @@socket) AS identity FROM DUAL",
      );
      return String(rows[0]?.identity);
    },
    async write(command) {
      const [result] = await query<mysql.ResultSetHeader>(command.sql, command.values);
      return changedRow(command, result);
    },
    async revisions(table, keys) {
      const [rows] = await query<mysql.RowDataPacket[]>(
        'SELECT CAST(id AS CHAR) AS `key`, revision FROM ?? WHERE id IN (?)',
        [table, keys],
      );
      return new Map(rows.map(({ key, revision }) => [String(key), Number(revision)]));
    },
    close: () => connection.end(),
  };
}

/** What the reply says: the generated key of an insert, the new revision of an update. */
function changedRow({ does }: Command, result: mysql.ResultSetHeader): ChangedRow | null {
  if (result.affectedRows === 0) return null;
  switch (does) {
    case 'insert':
      return { key: result.insertId === 0 ? null : String(result.insertId), revision: 0 };
    case 'update':
      return { key: null, revision: result.insertId };
    case 'delete':
      return { key: null, revision: 0 };
    default:
      return does satisfies never;
  }
}

/** ER_DBACCESS_DENIED_ERROR, ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR */
const refusedLogins = new Set([1044, 1045, 1698]);

/** The server's own words for an end of the session, perhaps after the commit: shutdowns, kills, lost packets. */
const endsOfSessions = new Set([1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 4031]);

export const isRefusedLogin = (error: unknown): boolean => refusedLogins.has(numberOf(error) ?? 0);

/** Errors of the client, such as a lost connection, carry no SQLSTATE. */
export function refusalOf(error: unknown): string | null {
  const number = numberOf(error);
  return number === null || endsOfSessions.has(number) ? null : String(number);
}

function numberOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const { errno, sqlState } = error as Partial<mysql.QueryError>;
  return typeof errno === 'number' && errno > 0 && typeof sqlState === 'string' ? errno : null;
}
