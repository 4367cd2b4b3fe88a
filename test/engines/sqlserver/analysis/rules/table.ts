import type { DatabaseFacts, TableFacts } from '../../../../../src/app/ports/engine.ts';
import { capabilitiesOf, describeVersion } from '../../../../../src/engines/sqlserver/capabilities.ts';

const ENTERPRISE = 3;
const STANDARD = 2;

/** Facts of a server, and of a table `dbo.users` of that size with a key `id`. */
function knowing(
  engineEdition: number,
  productMajorVersion: number,
  users: Partial<Pick<TableFacts, 'bytes' | 'columns'>> = {},
): DatabaseFacts {
  const { name } = capabilitiesOf({ engineEdition, productMajorVersion });
  const id = { name: 'id', type: 'bigint' };
  const table: TableFacts = {
    table: 'dbo.users',
    rowsEstimate: 1,
    bytes: 100 * 1024 ** 3,
    columns: [{ ...id, nullable: false }],
    keys: [{ name: 'pk_users', primary: true, columns: [id], refused: null }],
    ...users,
  };
  return {
    serverVersion: describeVersion({ version: `${productMajorVersion}.0.1000.6`, name, engineEdition }),
    tables: { 'dbo.users': table },
  };
}

export const enterprise = knowing(ENTERPRISE, 16);
export const enterprise2017 = knowing(ENTERPRISE, 14);
export const standard = knowing(STANDARD, 16);
export const smallUsers = knowing(STANDARD, 16, { bytes: 16 * 1024 });

/** One with a column `a` of a type. */
export const withColumn = (type: string, nullable = true): DatabaseFacts =>
  knowing(ENTERPRISE, 16, { columns: [{ name: 'a', type, nullable }] });
