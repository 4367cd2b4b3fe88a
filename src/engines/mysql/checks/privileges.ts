import { failed, listed, passed } from '../../check.ts';
import { placeOf } from '../quote.ts';
import type { Connection } from '../session/connection.ts';
import type { CheckKind } from './check.ts';

/** What changing a table, its rows and the ledger takes, at the level of the database. */
const needed = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER', 'INDEX'];

export const privileges: CheckKind<'privileges'> = {
  title: ({ tables }) => `the user may change ${tables.length === 0 ? 'the schema' : listed(tables)}`,
  async run({ tables, makes = [] }, { connection }) {
    const lacking: string[] = [];
    const schemas = new Set([connection.database]);
    for (const table of tables) {
      const { schema, name } = placeOf(table, connection.database);
      const there = await connection.read(
        'SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?',
        [schema, name],
      );
      if (there.length === 0) lacking.push(`there is no table ${table}`);
      schemas.add(schema);
    }
    for (const schema of schemas) {
      const has = await grantedOn(connection, schema);
      const missing = [...needed, ...makes.map((kind) => rightTo[kind])].filter(
        (privilege) => !has.has(privilege),
      );
      if (missing.length > 0) lacking.push(`no ${listed(missing)} on database ${schema}`);
    }
    if (lacking.length === 0 && makes.length > 0 && (await isDistrusted(connection))) {
      return failed(
        `with a binary log only a user with SUPER may make a ${makes.join(' or a ')} (error 1419)`,
        'set log_bin_trust_function_creators = 1 in the DB parameter group of the instance; it needs no restart',
      );
    }
    if (lacking.length === 0) return passed('it may');
    return failed(lacking.join('; '), 'use the owner of the database, or grant what is missing');
  },
};

const rightTo = { trigger: 'TRIGGER', function: 'CREATE ROUTINE' } as const;

/** What a trigger does is written to the binary log, and the server does not leave that to everybody. */
async function isDistrusted(connection: Connection): Promise<boolean> {
  const [row] = await connection.read<{ distrusted: string }>(
    'SELECT @@global.log_bin AND NOT @@global.log_bin_trust_function_creators AS distrusted',
  );
  return row?.distrusted === '1' && !(await grantedOn(connection, connection.database)).has('SUPER');
}

/** Privileges of our account on the whole server or on a database; in grants, `%` and `_` stand for more than themselves. */
async function grantedOn(connection: Connection, schema: string): Promise<ReadonlySet<string>> {
  const [account] = await connection.read<{ name: string }>('SELECT CURRENT_USER() AS name');
  const name = account?.name ?? '';
  const at = name.lastIndexOf('@');
  const grantee = `'${name.slice(0, at)}'@'${name.slice(at + 1)}'`;
  const rows = await connection.read<{ privilege: string }>(
    `SELECT privilege_type AS privilege FROM information_schema.user_privileges WHERE grantee = ?
     UNION SELECT privilege_type FROM information_schema.schema_privileges
     WHERE grantee = ? AND ? LIKE table_schema`,
    [grantee, grantee, schema],
  );
  return new Set(rows.map((row) => row.privilege));
}
