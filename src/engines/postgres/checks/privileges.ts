import { failed, listed, passed } from '../../check.ts';
import { isInstalled } from '../ledger/install.ts';
import { quoteTable } from '../quote.ts';
import type { CheckKind } from './check.ts';

/**
 * Changing a table takes its owner; the ledger takes the right to create a schema until it is there, and a worker's
 * session makes functions of its own.
 */
export const privileges: CheckKind<'privileges'> = {
  title: ({ tables }) => `the user may change ${tables.length === 0 ? 'the schema' : listed(tables)}`,
  async run({ tables }, { connection }) {
    const lacking: string[] = [];
    const rows = await connection.read<{ table: string; there: string; owner: string; create: string }>(
      `SELECT w.name AS table, c.oid IS NOT NULL AS there, pg_has_role(c.relowner, 'USAGE') AS owner,
              has_schema_privilege(c.relnamespace, 'CREATE') AS create
       FROM unnest($1::text[], $2::text[]) AS w(name, quoted) LEFT JOIN pg_class c ON c.oid = to_regclass(w.quoted)`,
      [tables, tables.map(quoteTable)],
    );
    for (const row of rows) {
      if (row.there !== 't') lacking.push(`there is no table ${row.table}`);
      else if (row.owner !== 't') lacking.push(`${row.table} belongs to another role`);
      else if (row.create !== 't') lacking.push(`no CREATE on the schema of ${row.table}`);
    }
    const [database] = await connection.read<{ create: string; temporary: string }>(
      `SELECT has_database_privilege(current_database(), 'CREATE') AS create,
              has_database_privilege(current_database(), 'TEMPORARY') AS temporary`,
    );
    if (database?.create !== 't' && !(await isInstalled(connection)))
      lacking.push('no CREATE on the database, needed for the ledger');
    if (database?.temporary !== 't')
      lacking.push("no TEMPORARY on the database, needed for the functions of a backfill's sessions");
    if (lacking.length === 0) return passed('it may');
    return failed(lacking.join('; '), 'use the owner of the tables, or grant what is missing');
  },
};
