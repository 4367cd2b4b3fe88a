import { failed, listed, passed } from '../../check.ts';
import { isInstalled } from '../ledger/install.ts';
import { quoteTable } from '../quote.ts';
import type { CheckKind } from './check.ts';

const asNumber = (call: string): string => `COALESCE(CONVERT(int, ${call}), 0)`;

/**
 * Changing a table takes ALTER on it; the ledger takes the right to create a schema and tables until it is there. Our
 * sessions are found and ended by VIEW SERVER STATE (VIEW DATABASE STATE in Azure SQL Database) and ALTER ANY CONNECTION.
 */
export const privileges: CheckKind<'privileges'> = {
  title: ({ tables }) => `the user may change ${tables.length === 0 ? 'the schema' : listed(tables)}`,
  async run({ tables }, { connection }) {
    const lacking: string[] = [];
    for (const table of tables) {
      const [row] = await connection.read<{ there: string; alter: string; write: string }>(
        `SELECT CASE WHEN OBJECT_ID(@table, N'U') IS NULL THEN 0 ELSE 1 END AS there,
  ${asNumber(`HAS_PERMS_BY_NAME(@table, 'OBJECT', 'ALTER')`)} AS [alter],
  ${asNumber(`HAS_PERMS_BY_NAME(@table, 'OBJECT', 'UPDATE')`)} AS [write]`,
        { table: quoteTable(table) },
      );
      if (row?.there !== '1') lacking.push(`there is no table ${table}`);
      else if (row.alter !== '1') lacking.push(`no ALTER on ${table}`);
      else if (row.write !== '1') lacking.push(`no UPDATE on ${table}`);
    }
    const [own] = await connection.read<{ schema: string; table: string; sessions: string }>(
      `SELECT ${asNumber(`HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CREATE SCHEMA')`)} AS [schema],
  ${asNumber(`HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CREATE TABLE')`)} AS [table],
  ${asNumber(`HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE')`)}
    + ${asNumber(`HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DATABASE STATE')`)} AS sessions`,
    );
    if ((own?.schema !== '1' || own.table !== '1') && !(await isInstalled(connection)))
      lacking.push('no CREATE SCHEMA or CREATE TABLE in the database, needed for the ledger');
    if (own?.sessions === '0') lacking.push('no VIEW SERVER STATE, by which sessions of ours are found');
    if (lacking.length === 0) return passed('it may');
    return failed(lacking.join('; '), 'use the owner of the database, or grant what is missing');
  },
};
