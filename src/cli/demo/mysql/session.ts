import mysql from 'mysql2/promise';
import type { Login, Session, SessionOptions } from '../dialect.ts';

export async function openMysql(login: Login, options: SessionOptions = {}): Promise<Session> {
  const { name, onLost, connectWithinMs, replyWithinMs } = options;
  const connection = await mysql.createConnection({
    ...login,
    // An update and the question what it has written are one round trip.
    multipleStatements: true,
    ...(connectWithinMs === undefined ? {} : { connectTimeout: connectWithinMs }),
    ...(name === undefined ? {} : { connectAttributes: { program_name: name } }),
  });
  connection.on('error', () => onLost?.());
  const query = <Rows extends mysql.QueryResult>(sql: string, values: readonly unknown[] = []) =>
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
      if (command.does !== 'update') {
        const [result] = await query<mysql.ResultSetHeader>(command.sql, command.values);
        if (result.affectedRows === 0) return null;
        return { key: result.insertId === 0 ? null : String(result.insertId), revision: 0 };
      }
      const [replies] = await query<mysql.RowDataPacket[][]>(
        `${command.sql}; SELECT @revision AS revision`,
        command.values,
      );
      const [result, rows] = replies as unknown as [mysql.ResultSetHeader, mysql.RowDataPacket[]];
      return result.affectedRows === 0 ? null : { key: null, revision: Number(rows[0]?.revision) };
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
