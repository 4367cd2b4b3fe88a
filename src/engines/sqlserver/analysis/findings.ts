import type { Finding } from '../../../core/analysis/statement.ts';
import { finding } from './finding.ts';

export const destructive = (what: string): Finding =>
  finding(
    'destructive-statement',
    'danger',
    `${what}; no down script brings this back`,
    'Run it in the contract phase, after the new code is out: until then everything can be undone without a restore.',
  );

export const unknown = (why: string): Finding =>
  finding(
    'unknown-statement',
    'danger',
    `${why}: what it changes, locks or loses cannot be told from its text`,
    'Write it as plain SQL statements, or read it and approve it by hand.',
  );

export const notAlone = (verb: string): Finding =>
  finding(
    'not-alone-in-batch',
    'error',
    `${verb} is not the first statement of its batch: the server refuses it, and takes all that follows for its body`,
    'Put a line with GO before it, and one behind it.',
  );

export const conditional = (what: string): Finding =>
  finding(
    'conditional-statement',
    'warning',
    `whether ${what} is carried out depends on a condition that Lockkeeper does not judge`,
    'Test the catalogue: IF OBJECT_ID(N’…’) IS NULL before CREATE, IS NOT NULL before DROP; or leave the condition out.',
  );

export const errorSwallowed = (what: string): Finding =>
  finding(
    'error-swallowed',
    'danger',
    `the CATCH block ends without THROW: if ${what} fails, nobody hears of it and the step counts as done`,
    'End the CATCH block with THROW, or leave TRY and CATCH out: Lockkeeper rolls back what fails.',
  );

export const loop: Finding = finding(
  'loop',
  'warning',
  'the whole loop is one step in one transaction: its locks stay and its log grows until it is over',
  'Write it as a backfill in the manifest: small batches, resumable and throttled.',
);

export const indexNotOnline = (table: string): Finding =>
  finding(
    'index-not-online',
    'warning',
    `unless it is done online, nobody can write to ${table} until the index is finished`,
    'Say nothing of ONLINE: Lockkeeper asks for the best way that the server’s edition knows.',
    table,
  );

export const constraintScan = (table: string, constraint: string): Finding =>
  finding(
    'constraint-scan',
    'warning',
    `every row of ${table} is checked against ${constraint} while nobody can use the table`,
    'Add it WITH NOCHECK, then ALTER TABLE … WITH CHECK CHECK CONSTRAINT when the table is quiet, so that it is trusted.',
    table,
  );

export const notTrusted = (table: string, constraint: string): Finding =>
  finding(
    'constraint-not-trusted',
    'note',
    `${constraint} of ${table} holds for new rows only; the server does not trust it and plans no query by it`,
    'Follow it with ALTER TABLE … WITH CHECK CHECK CONSTRAINT, in a step of its own.',
  );

export const constraintOff = (table: string, what: string): Finding =>
  finding(
    'checks-switched-off',
    'warning',
    `with ${what} of ${table} off, rows that break it are let in`,
    'Leave it on; a rule that cannot be met now cannot be met later.',
  );

export const addNotNull = (table: string, column: string): Finding =>
  finding(
    'not-null-column-without-default',
    'warning',
    `adding ${column} NOT NULL without a default fails unless ${table} is empty`,
    'Add it NULL, fill it by a backfill, then ALTER COLUMN … NOT NULL.',
  );

export const defaultRewrite = (table: string, column: string): Finding =>
  finding(
    'default-by-edition',
    'note',
    `Enterprise edition notes the default of ${column} in the catalogue; every other one writes each row of ${table} while nobody can use it`,
    'On another edition add it NULL, fill it by a backfill, then ALTER COLUMN … NOT NULL.',
    table,
  );

export const defaultLeavesNull = (column: string): Finding =>
  finding(
    'default-leaves-null',
    'note',
    `existing rows keep NULL in ${column}: the default of a column that takes NULL is for new rows`,
    'Say WITH VALUES to have it in all rows, or fill them by a backfill.',
  );

export const rewrite = (table: string, what: string): Finding =>
  finding(
    'table-rewrite',
    'warning',
    `${what}: each row of ${table} may be read or written while nobody can use it`,
    'Expand instead: add a column of the wanted type, fill it by a backfill, and drop the old one in the contract phase.',
    table,
  );

export const renameBreaksCode = (what: string, to: string): Finding =>
  finding(
    'rename-breaks-running-code',
    'warning',
    `running code, views and procedures that say ${what} fail from the instant it is called ${to}`,
    'Expand instead: add the new name (a column kept current, or a view), switch the code, then drop the old name in the contract phase.',
  );

export const bracketsInName = (to: string): Finding =>
  finding(
    'brackets-in-name',
    'error',
    `sp_rename takes the new name as it stands: the brackets of ${to} would become part of it`,
    'Write the new name without brackets, quotes and schema.',
  );

export const temporaryTable = (table: string): Finding =>
  finding(
    'temporary-table',
    'warning',
    `${table} is temporary: it is gone with its session, and a later step may run in another one`,
    'Use an ordinary table and drop it in the contract phase.',
  );

export const updateWithoutWhere = (table: string): Finding =>
  finding(
    'update-without-where',
    'warning',
    `one UPDATE over all of ${table} locks the whole table until it commits, and the log holds every row of it`,
    'Write it as a backfill in the manifest: small batches, resumable and throttled.',
    table,
  );

export const deleteWithoutWhere = (table: string): Finding =>
  finding(
    'delete-without-where',
    'warning',
    `DELETE without WHERE empties ${table}, row by row`,
    'If that is meant, say TRUNCATE TABLE; otherwise add the condition.',
    table,
  );

export const bulkInsert = (table: string): Finding =>
  finding(
    'bulk-insert',
    'warning',
    `one INSERT of a whole query into ${table} is one transaction: above some 5000 locks it takes the whole table`,
    'Copy in batches, or restrict the query to few rows.',
  );

export const mergeRaces = (table: string): Finding =>
  finding(
    'merge-races',
    'note',
    `two sessions that MERGE into ${table} at once may both insert a row, unless it says WITH (HOLDLOCK)`,
    'Write MERGE INTO … WITH (HOLDLOCK), or UPDATE and INSERT apart.',
  );

export const replacesExisting = (what: string): Finding =>
  finding(
    'replaces-existing',
    'note',
    `an existing ${what} is replaced`,
    'The down script must bring its former definition back.',
  );

export const oldQuotes: Finding = finding(
  'quoted-identifier-off',
  'warning',
  'with QUOTED_IDENTIFIER or ANSI_NULLS off the server refuses indexed views, filtered indexes and indexes on computed columns, and what is defined keeps it so for good',
  'Leave it on; write names in brackets and texts in single quotes.',
);
