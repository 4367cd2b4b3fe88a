import { quoteIdentifier } from '../quote.ts';

/** What the names of all tables of the ledger begin with; they live beside the tables that are migrated. */
export const LEDGER_PREFIX = 'lockkeeper_';

export type LedgerTable = 'fence' | 'run' | 'step' | 'partition' | 'history' | 'session';

/** Qualified: an author's USE may have led the session elsewhere. */
export const ledgerTable = (session: { readonly database: string }, table: LedgerTable): string =>
  `${quoteIdentifier(session.database)}.${quoteIdentifier(LEDGER_PREFIX + table)}`;

/** SQL: a name in a column of the catalogue is none of the ledger's. In LIKE, an underscore stands for any character. */
export const notOurs = (column: string): string => `${column} NOT LIKE 'lockkeeper\\_%'`;
