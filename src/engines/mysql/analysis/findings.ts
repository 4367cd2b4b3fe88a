import type { Finding, Severity } from '../../../core/analysis/statement.ts';
import type { OnlineChoice } from './online/choose-online.ts';
import { isConditional, type OperationName, type Way, waysOf } from './online/operations.ts';
import { describeServer, type OnlineServer } from './online/version.ts';

const finding = (rule: string, severity: Severity, message: string, remedy: string): Finding => ({
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

const spoken = (name: OperationName): string => name.replaceAll('-', ' ');

/**
 * What the server makes of one operation on a table that others use; null where it does not take long.
 * @param server null for what any server may make of it
 */
export function operationFinding(
  table: string,
  name: OperationName,
  server: OnlineServer | null,
): Finding | null {
  const ways = waysOf(name, server);
  const where = (holds: (way: Way) => boolean) => {
    const places = ways.filter(({ way }) => holds(way));
    return server === null && places.length === ways.length
      ? 'every server'
      : places.map((place) => place.where).join(' and ');
  };
  const blocks = ({ algorithm, lock }: Way) => algorithm === 'COPY' || lock === 'SHARED';
  if (isConditional(name)) return dependsOnColumn(table);
  if (ways.some(({ way }) => blocks(way))) {
    return finding(
      'blocks-writers',
      'danger',
      `nobody can write to ${table} while it is worked on, as long as it is large (${spoken(name)}: ${where(blocks)})`,
      'Make a shadow table: a new table of the wanted shape, filled by a backfill and kept current, and swapped by RENAME TABLE in the contract phase.',
    );
  }
  const rebuilds = ({ rebuilds }: Way) => rebuilds;
  if (!ways.some(({ way }) => rebuilds(way))) return null;
  return finding(
    'table-rebuild',
    ways.every(({ way }) => rebuilds(way)) ? 'warning' : 'note',
    `${table} is written anew beside running writes (${spoken(name)}: ${where(rebuilds)}), which takes space and holds up replicas`,
    'Where replicas must not lag, do it in a new table that is filled by a backfill.',
  );
}

/** How the server will be asked, and why so. */
export function askedOnline(choice: OnlineChoice, server: OnlineServer): Finding {
  const [best = '', ...others] = choice.clauses;
  const left = choice.instantChangesLeft;
  const versions =
    left === null
      ? ''
      : left === 0
        ? ', whose rows take no further instant version'
        : `, whose rows take ${left} more instant ${left === 1 ? 'version' : 'versions'}`;
  const then = others.length === 0 ? '' : `; if it refuses, for ${others.join(', then ')}`;
  return finding(
    'online-clauses',
    'note',
    `${describeServer(server)} is asked for ${best} on ${choice.table}${versions} (${choice.because.map(spoken).join(', ')}: ${meaning(best)})${then}; it may not copy the table`,
    'To have it done in another way, write ALGORITHM and LOCK yourself: they are left as they are.',
  );
}

function meaning(clause: string): string {
  if (clause.endsWith('INSTANT')) return 'the rows are not touched';
  if (clause.endsWith('SHARED')) return 'nobody writes meanwhile';
  return clause.includes('NOCOPY')
    ? 'beside running writes, and the rows are not written anew'
    : 'beside running writes';
}

const dependsOnColumn = (table: string): Finding =>
  finding(
    'depends-on-column',
    'warning',
    `whether ${table} has to be copied depends on what the column is now: the server is asked to refuse a copy, during which nobody could write`,
    'To change a type, add a column, fill it by a backfill and drop the old one in the contract phase; to accept the copy, write ALGORITHM=COPY.',
  );

export const acceptedCopy = (table: string): Finding =>
  finding(
    'blocks-writers',
    'danger',
    `ALGORITHM=COPY or a LOCK clause lets nobody write to ${table} while it is worked on`,
    'Leave the clause out: Lockkeeper asks for the best way that the server knows.',
  );

export const notNullWithoutDefault = (table: string, column: string): Finding =>
  finding(
    'not-null-column-without-default',
    'warning',
    `existing rows of ${table} silently get 0, the empty text or a zero date for ${column}`,
    'Add it nullable, fill it by a backfill, then make it NOT NULL; or give it a default.',
  );

export const addColumnWithDefault = (column: string): Finding =>
  finding(
    'add-column-with-default',
    'note',
    `existing rows have the default of ${column} at once`,
    'A backfill of this column must not look for NULL: there is none.',
  );

export const renameBreaksCode = (what: string, to: string): Finding =>
  finding(
    'rename-breaks-running-code',
    'warning',
    `running code that says ${what} fails from the instant it is called ${to}`,
    'Expand instead: add the new name (a column kept current, or a view), switch the code, then drop the old name in the contract phase.',
  );

export const otherEngine = (table: string, engine: string): Finding =>
  finding(
    'not-transactional',
    'warning',
    `${table} is kept by ${engine}, which knows no transactions: what fails half-way stays half done`,
    'Use ENGINE=InnoDB.',
  );

export const lockTables = (verb: string): Finding =>
  finding(
    'lock-table',
    'warning',
    `${verb} is left out: it would keep the session from every table that it does not name, and Lockkeeper’s journal is one`,
    'Leave it out: each statement takes the lock it needs, and Lockkeeper limits the wait for it.',
  );

export const ownTransactionControl = (verb: string): Finding =>
  finding(
    'own-transaction-control',
    'note',
    `${verb} is left out: Lockkeeper opens and commits the transactions itself`,
    'Nothing needs to be done; leave it out of new scripts.',
  );

export const implicitCommit = (verb: string): Finding =>
  finding(
    'implicit-commit',
    'warning',
    `${verb} stands between BEGIN and COMMIT, but commits what stands before it by itself`,
    'Do not count on all or nothing: what comes before it stays if what comes after it fails.',
  );

export const sessionSetting = (what: string): Finding =>
  finding(
    'session-setting',
    'note',
    `${what} holds for one session; other steps of the migration run in sessions of their own, where it is said again`,
    'Write database names out instead of USE, and values instead of variables.',
  );

export const quotingChanged = (mode: string): Finding =>
  finding(
    'quoting-changed',
    'error',
    `${mode} changes where texts and names end, so that what follows would be read wrongly`,
    'Leave it out; write names in backticks and texts in single quotes.',
  );

export const clientCharset = (verb: string): Finding =>
  finding(
    'client-charset',
    'note',
    `${verb} is left out: Lockkeeper reads files as UTF-8 and sends them as utf8mb4`,
    'Nothing needs to be done, as long as the file is UTF-8.',
  );

export const lockTimeoutOverruled = (name: string): Finding =>
  finding(
    'lock-timeout-overruled',
    'warning',
    `SET ${name} is ignored: Lockkeeper sets how long each statement may wait for a lock, and tries again`,
    'Leave it out; where 500ms are not right, say lock_timeout in the manifest.',
  );

export const checksOff = (name: string): Finding =>
  finding(
    'checks-switched-off',
    'warning',
    `with ${name} off, rows that break a constraint are let in and never found again`,
    'Leave it on; a constraint that cannot be met now cannot be met later.',
  );

export const notReplicated: Finding = finding(
  'not-replicated',
  'danger',
  'with sql_log_bin off, replicas and point-in-time recovery never see the change',
  'Leave it out.',
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
    `one UPDATE over all of ${table} keeps every row locked until it commits, and its undo log grows with it`,
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
    `one INSERT … SELECT into ${table} locks the rows it reads, too, for as long as it takes`,
    'Copy in batches, or restrict the query to few rows.',
  );

export const replacesExisting = (what: string): Finding =>
  finding(
    'replaces-existing',
    'note',
    `an existing ${what} is replaced`,
    'The down script must bring its former definition back.',
  );

export const loggedRoutine = (what: string): Finding =>
  finding(
    'trigger-rights',
    'note',
    `with binary logging on, ${what} needs SUPER or log_bin_trust_function_creators (error 1419)`,
    'On RDS and Aurora set log_bin_trust_function_creators = 1 in the parameter group; it needs no restart.',
  );

export const foreignDefiner = (definer: string): Finding =>
  finding(
    'definer',
    'warning',
    `DEFINER = ${definer} needs SUPER or SET_USER_ID unless it is the user of the run, and fails at its first use where there is no such user`,
    'Leave DEFINER out: the user who runs the migration becomes the definer.',
  );

export const versionedComment: Finding = finding(
  'versioned-comment',
  'note',
  'what stands in a versioned comment is carried out by some servers and passed over by others; it is taken as carried out',
  'Write it without the comment where all servers of the target are alike.',
);

export const unknownToGrammar = (complaint: string): Finding =>
  unknown(`the grammar of MySQL does not know the statement (${complaint}); the server may`);
