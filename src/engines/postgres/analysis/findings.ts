import type { Finding, Severity } from '../../../core/analysis/statement.ts';

/** With a remedy, which everything that is found has. */
export const finding = (rule: string, severity: Severity, message: string, remedy: string): Finding => ({
  rule,
  severity,
  message,
  remedy,
});

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

export const indexNotConcurrent = (table: string): Finding =>
  finding(
    'index-not-concurrent',
    'warning',
    `the index build lets nobody write to ${table} until it is finished`,
    'Use CREATE INDEX CONCURRENTLY, which takes longer but blocks neither readers nor writers.',
  );

export const indexDropNotConcurrent = (index: string): Finding =>
  finding(
    'index-not-concurrent',
    'warning',
    `dropping ${index} waits for every query on its table and blocks all others meanwhile`,
    'Use DROP INDEX CONCURRENTLY.',
  );

export const reindexNotConcurrent = (what: string): Finding =>
  finding(
    'index-not-concurrent',
    'warning',
    `rebuilding ${what} lets nobody write to the table, nor read through the index, until it is finished`,
    'Use REINDEX … CONCURRENTLY.',
  );

export const unnamedConcurrentIndex = (table: string): Finding =>
  finding(
    'concurrent-index-needs-name',
    'error',
    `an index on ${table} is built concurrently without a name, so it cannot be found again after an interruption`,
    'Name it: CREATE INDEX CONCURRENTLY name ON ….',
  );

export const volatileDefault = (table: string, column: string, functions: readonly string[]): Finding =>
  finding(
    'volatile-default-rewrite',
    'warning',
    `${table} is rewritten under an ACCESS EXCLUSIVE lock to give each row its own ${column} (${functions.join(', ')})`,
    'Add the column without a default, set the default in a second statement, and fill existing rows by a backfill.',
  );

export const computedColumn = (table: string, column: string, how: string): Finding =>
  finding(
    'volatile-default-rewrite',
    'warning',
    `${table} is rewritten under an ACCESS EXCLUSIVE lock to compute ${column} (${how}) for every row`,
    'Add a plain nullable column, keep it current by a trigger or the application, and fill existing rows by a backfill.',
  );

export const addColumnWithDefault = (column: string): Finding =>
  finding(
    'add-column-with-default',
    'note',
    `existing rows have the default of ${column} at once, without a rewrite (PostgreSQL 11 and later)`,
    'A backfill of this column must not look for NULL: there is none.',
  );

export const notNullWithoutDefault = (table: string, column: string): Finding =>
  finding(
    'not-null-column-without-default',
    'warning',
    `adding ${column} NOT NULL without a default fails as soon as ${table} has a row`,
    'Add it nullable, fill it by a backfill, then SET NOT NULL; or give it a default.',
  );

export const typeChange = (table: string, column: string, type: string): Finding =>
  finding(
    'type-change-rewrite',
    'warning',
    `changing ${column} to ${type} rewrites ${table} and its indexes under an ACCESS EXCLUSIVE lock, unless the old type is binary compatible (varchar to a longer varchar or to text)`,
    'Add a column of the new type, fill it by a backfill, and let the new code read it before the old one is dropped.',
  );

export const setNotNull = (table: string, column: string): Finding =>
  finding(
    'set-not-null-scan',
    'warning',
    `SET NOT NULL reads all of ${table} under an ACCESS EXCLUSIVE lock`,
    `First ADD CONSTRAINT … CHECK (${column} IS NOT NULL) NOT VALID, then VALIDATE CONSTRAINT; SET NOT NULL then takes the constraint for proof, and it can be dropped.`,
  );

export const constraintNotNotValid = (table: string, kind: 'check' | 'foreign key' | 'not null'): Finding =>
  finding(
    'constraint-not-not-valid',
    'warning',
    `the ${kind} constraint is checked against every row of ${table} while ${kind === 'foreign key' ? 'nobody can write to either table' : 'nobody can read or write it'}`,
    'Add it NOT VALID, then run VALIDATE CONSTRAINT in a statement of its own: that lets readers and writers through.',
  );

export const uniqueBuildsIndex = (table: string, kind: string): Finding =>
  finding(
    'unique-constraint-builds-index',
    'warning',
    `the ${kind} constraint builds its index while nobody can read or write ${table}`,
    'CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … USING INDEX.',
  );

export const primaryKeyUsingIndex = (table: string): Finding =>
  finding(
    'set-not-null-scan',
    'warning',
    `PRIMARY KEY USING INDEX reads all of ${table} under an ACCESS EXCLUSIVE lock where a key column is still nullable`,
    'Make the key columns NOT NULL beforehand, with a validated CHECK constraint for proof.',
  );

export const renameBreaksCode = (what: string, to: string): Finding =>
  finding(
    'rename-breaks-running-code',
    'warning',
    `running code that says ${what} fails from the instant it is called ${to}`,
    'Expand instead: add the new name (a column kept current, or a view), switch the code, then drop the old name in the contract phase.',
  );

export const lockTable = (tables: readonly string[], mode: string): Finding =>
  finding(
    'lock-table',
    'warning',
    `LOCK TABLE holds ${tables.join(', ')} in ${mode} mode until the transaction ends`,
    'Leave it out: each statement takes the lock it needs, and Lockkeeper limits the wait for it.',
  );

export const rewritingMaintenance = (rule: 'vacuum-full' | 'cluster', what: string): Finding =>
  finding(
    rule,
    'warning',
    `${what} rewrites the table while nobody can read or write it`,
    'Leave it out of the migration; pg_repack or plain VACUUM does the work beside running queries.',
  );

export const rewrite = (table: string, why: string): Finding =>
  finding(
    'table-rewrite',
    'warning',
    `${why} rewrites ${table} under an ACCESS EXCLUSIVE lock`,
    'Do it in a new table that is filled by a backfill, or in a maintenance window.',
  );

export const notInOwnTransaction = (verb: string): Finding =>
  finding(
    'concurrently-in-own-transaction',
    'error',
    `${verb} stands between BEGIN and COMMIT, where the server refuses it`,
    'Move it outside the transaction of the script.',
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
    `one UPDATE over all of ${table} keeps every row locked until it commits and doubles the table’s size`,
    'Write it as a backfill in the manifest: small batches, resumable and throttled.',
  );

export const deleteWithoutWhere = (table: string): Finding =>
  finding(
    'delete-without-where',
    'warning',
    `DELETE without WHERE empties ${table}`,
    'If that is meant, say TRUNCATE; otherwise add the condition.',
  );

export const bulkInsert = (table: string): Finding =>
  finding(
    'bulk-insert',
    'warning',
    `one INSERT … SELECT into ${table} holds its locks for as long as the query takes`,
    'Copy in batches, or restrict the query to few rows.',
  );

export const enumValue = (value: string): Finding =>
  finding(
    'enum-value-unusable-until-commit',
    'note',
    `${value} can be used only after the step that adds it has committed (PostgreSQL 12 and later)`,
    'Use the value in a later migration, or in the contract phase.',
  );

export const replacesExisting = (what: string): Finding =>
  finding(
    'replaces-existing',
    'note',
    `an existing ${what} is replaced`,
    'The down script must bring its former definition back.',
  );

export const triggersDisabled = (table: string): Finding =>
  finding(
    'disable-trigger',
    'warning',
    `with triggers of ${table} disabled, foreign keys, audit and Lockkeeper’s own dual writes may be passed over`,
    'Leave triggers on; a batch that must not fire them sets session_replication_role in its own session.',
  );
