import type { Ledger } from '../../ledger.ts';
import type { Session } from '../session/session.ts';
import { isInstalled } from './install.ts';
import { ledgerTable } from './names.ts';

/** The ledger of the database that the session is in. */
export const ledgerOf = (session: Session): Ledger => ({
  isInstalled: () => isInstalled(session),
  read: (sql, values) => session.read(sql, values),
  table: (name) => ledgerTable(session, name),
  isoTime: (column) => `CONCAT(LEFT(DATE_FORMAT(${column}, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')`,
  hasMember: (column, member) => `JSON_CONTAINS_PATH(${column}, 'one', '$.${member}') = 1`,
  parameter: '?',
});
