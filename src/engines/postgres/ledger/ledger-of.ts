import type { Ledger } from '../../ledger.ts';
import type { Session } from '../session/session.ts';
import { isInstalled } from './install.ts';

/** The ledger of the database that the session is in. */
export const ledgerOf = (session: Session): Ledger => ({
  isInstalled: () => isInstalled(session),
  read: (sql, values) => session.read(sql, values),
  table: (name) => `lockkeeper.${name}`,
  isoTime: (column) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  hasMember: (column, member) => `${column} ? '${member}'`,
  parameter: '$1',
});
