import type { DatabaseFacts, TableFacts } from '../../../../../src/app/ports/engine.ts';

/** Facts of a server, and of a table `users` of that size with a key `id`. */
export function knowing(
  serverVersion: string,
  users: Partial<Pick<TableFacts, 'bytes' | 'columns'>> = {},
): DatabaseFacts {
  const id = { name: 'id', type: 'bigint' };
  const table: TableFacts = {
    table: 'public.users',
    rowsEstimate: 1,
    bytes: 100 * 1024 ** 3,
    columns: [{ ...id, nullable: false }],
    keys: [{ name: 'users_pkey', primary: true, columns: [id], refused: null }],
    ...users,
  };
  return { serverVersion, tables: { users: table } };
}

export const smallUsers = knowing('18.1', { bytes: 24 * 1024 });
export const largeUsers = knowing('18.1');
