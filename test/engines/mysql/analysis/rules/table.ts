import type { DatabaseFacts, TableFacts } from '../../../../../src/app/ports/engine.ts';

export const mysql57 = '5.7.44-log';
export const mysql84 = '8.4.3';
export const mariadb = '10.11.8-MariaDB-log';

/** Facts of a server, and of a table `users` of that size with a key `id`. */
export function knowing(
  serverVersion: string,
  users: Partial<Pick<TableFacts, 'bytes' | 'columns'>> = {},
): DatabaseFacts {
  const id = { name: 'id', type: 'bigint(20)' };
  const table: TableFacts = {
    table: 'shop.users',
    rowsEstimate: 1,
    bytes: 100 * 1024 ** 3,
    columns: [{ ...id, nullable: false }],
    keys: [{ name: 'PRIMARY', primary: true, columns: [id], refused: null }],
    ...users,
  };
  return { serverVersion, tables: { users: table } };
}

/** One with a column `a` of a type. */
export const withColumn = (type: string, nullable = true, serverVersion = mariadb): DatabaseFacts =>
  knowing(serverVersion, { columns: [{ name: 'a', type, nullable }] });

export const smallUsers = knowing(mariadb, { bytes: 16 * 1024 });
export const largeUsers = knowing(mariadb);
