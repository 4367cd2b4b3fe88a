import {
  AmbiguousError,
  FatalError,
  LockkeeperError,
  LoginRefusedError,
  RetryableError,
  StaleFenceError,
} from '../../core/errors.ts';

/** What was going on when the error came: only a lost *write* leaves it open whether something changed. */
export interface ErrorContext {
  readonly during: 'connect' | 'read' | 'write';
  /** `host:port`, as the person configured it. */
  readonly place: string;
}

type Kind = 'retryable' | 'login' | 'fatal' | 'stale-fence' | 'lost';

interface Classification {
  readonly kind: Kind;
  readonly code: string;
  readonly remedy?: string;
  /** Why the class is what it is. */
  readonly because: string;
}

/**
 * Error number → class. What is not listed is fatal, because the server has understood the statement and refused
 * it. `lost` means the server ended the connection: ambiguous for a write, retryable otherwise. A retryable error in
 * a script may leave its transaction open (1205 undoes one statement only): the session rolls back after every error.
 */
export const errorNumbers: Readonly<Record<number, Classification>> = {
  1045: {
    kind: 'login',
    code: 'login-refused',
    remedy:
      'check user and password in the secret, and whether the user must use TLS (require_secure_transport)',
    because: 'the password was wrong; after a rotation the current secret is right',
  },
  1698: { kind: 'login', code: 'login-refused', because: 'MariaDB: the user may not log in by a password' },
  1044: {
    kind: 'fatal',
    code: 'missing-privilege',
    remedy: 'grant the privilege to the user of the target',
    because: 'the user has no right to the database; rights do not appear by asking again',
  },
  1049: {
    kind: 'fatal',
    code: 'no-such-database',
    remedy: 'correct the database name of the target',
    because: 'a database does not appear by asking again',
  },
  1040: tooMany('max_connections is reached; slots become free again'),
  1203: tooMany('max_user_connections is reached; slots become free again'),
  1226: tooMany('a limit of the user per hour or of its connections is reached'),
  1129: {
    kind: 'retryable',
    code: 'unreachable',
    remedy: 'mysqladmin flush-hosts, then find out what keeps failing to connect',
    because: 'the server refuses our host after too many broken connections, until a person allows it again',
  },
  1205: {
    kind: 'retryable',
    code: 'lock-timeout',
    because: 'a row or metadata lock was not granted in time; the statement was undone, we undo the rest',
  },
  1213: {
    kind: 'retryable',
    code: 'deadlock',
    because: 'the server chose our transaction as the victim and undid it',
  },
  1614: {
    kind: 'retryable',
    code: 'deadlock',
    because: 'the transaction branch was the victim of a deadlock',
  },
  3058: {
    kind: 'retryable',
    code: 'deadlock',
    because: 'the wait for a user-level lock would have been a deadlock; nothing was taken',
  },
  3572: { kind: 'retryable', code: 'lock-timeout', because: 'NOWAIT: the lock is held by another session' },
  1317: {
    kind: 'retryable',
    code: 'statement-timeout',
    because: 'the statement was ended by KILL QUERY, ours or a person’s, and was undone',
  },
  3024: { kind: 'retryable', code: 'statement-timeout', because: 'max_execution_time; it ends queries only' },
  1969: { kind: 'retryable', code: 'statement-timeout', because: 'MariaDB: max_statement_time; undone' },
  1028: { kind: 'retryable', code: 'statement-timeout', because: 'a sort was ended by KILL QUERY' },
  1020: {
    kind: 'retryable',
    code: 'serialization-failure',
    because: 'MariaDB: a row changed since the snapshot was taken (innodb_snapshot_isolation)',
  },
  1412: {
    kind: 'retryable',
    code: 'serialization-failure',
    because: 'the table was altered since the snapshot was taken; a new transaction sees the new one',
  },
  1684: {
    kind: 'retryable',
    code: 'lock-timeout',
    because: 'the table is being changed by another statement',
  },
  1290: readOnly('the server runs with read_only or super_read_only: after a failover, a replica'),
  1792: readOnly('the transaction is read only'),
  1836: readOnly('the server is in read-only mode'),
  1053: { kind: 'lost', code: 'connection-lost', because: 'the server is shutting down' },
  1927: { kind: 'lost', code: 'connection-lost', because: 'MariaDB: the connection was killed' },
  4031: { kind: 'lost', code: 'connection-lost', because: 'the session was idle too long' },
  1152: { kind: 'lost', code: 'connection-lost', because: 'the connection was aborted' },
  1184: { kind: 'lost', code: 'connection-lost', because: 'the connection was aborted' },
  1158: { kind: 'lost', code: 'connection-lost', because: 'reading from the network failed on the server' },
  1159: {
    kind: 'lost',
    code: 'connection-lost',
    because: 'reading from the network took the server too long',
  },
  1160: { kind: 'lost', code: 'connection-lost', because: 'writing to the network failed on the server' },
  1161: { kind: 'lost', code: 'connection-lost', because: 'writing to the network took the server too long' },
  1180: {
    kind: 'lost',
    code: 'completion-unknown',
    because: 'COMMIT itself failed: the server does not say whether the transaction is in effect',
  },
  1142: missingPrivilege('no right to the table'),
  1143: missingPrivilege('no right to the column'),
  1227: missingPrivilege('a privilege of the server is missing'),
  1370: missingPrivilege('no right to the routine'),
  1419: {
    kind: 'fatal',
    code: 'missing-privilege',
    remedy: 'set log_bin_trust_function_creators = 1 in the parameter group, or migrate as a user with SUPER',
    because: 'with binary logging the server lets only SUPER create functions and triggers',
  },
  1845: wouldCopy('the ALGORITHM or LOCK asked for is not to be had for this change'),
  1846: wouldCopy('the same, with the reason'),
  1021: exhausted('the disk is full'),
  1030: exhausted('the storage engine failed, most often for want of space'),
  1037: exhausted('memory ran out'),
  1038: exhausted('memory for sorting ran out'),
  1041: exhausted('memory ran out'),
  1114: exhausted('the table, or the disk below it, is full'),
  1206: exhausted('the lock table is full'),
  1799: {
    kind: 'retryable',
    code: 'server-exhausted',
    remedy: 'raise innodb_online_alter_log_max_size, or do it when fewer rows are written',
    because: 'writers filled the log of an online ALTER; the ALTER was undone',
  },
  3169: { kind: 'lost', code: 'connection-lost', because: 'the session was killed' },
};

function tooMany(because: string): Classification {
  const remedy = 'wait for connections to be released or raise the limit';
  return { kind: 'retryable', code: 'too-many-connections', remedy, because };
}

function readOnly(because: string): Classification {
  const remedy = 'make sure the host name is that of the writer';
  return { kind: 'retryable', code: 'read-only-server', remedy, because };
}

function missingPrivilege(because: string): Classification {
  const remedy = 'grant the privilege to the user of the target';
  return { kind: 'fatal', code: 'missing-privilege', remedy, because };
}

function wouldCopy(because: string): Classification {
  const remedy =
    'the server would copy the table while nobody can write to it: add what is wanted beside what is there, fill it by a backfill and drop the old in the contract phase; to accept the copy, write ALGORITHM=COPY';
  return { kind: 'fatal', code: 'would-copy', remedy, because };
}

function exhausted(because: string): Classification {
  const remedy = 'look at free storage and memory of the server';
  return { kind: 'retryable', code: 'server-exhausted', remedy, because };
}

/**
 * Names of the ledger's tables in statements that are made to fail (error 1690, out of range) by what they find there:
 * plain SQL has no other way to stop a script, and stored routines would need rights of their own.
 */
export const guards = { staleFence: 'lockkeeper_stale_fence', partitionMoved: 'lockkeeper_partition_moved' };

const OUT_OF_RANGE = 1690;

/** Driver and operating system codes met before a session exists. */
const unreachableCodes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
};

const tlsCodes =
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|EPROTO|HANDSHAKE_(NO_)?SSL)/;

/** A server's error without what could hold row values. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly number: number;
  readonly sqlState: string;
  /** Statements of the same message that had completed before. */
  readonly completed: number;

  constructor(number: number, sqlState: string, message: string, completed: number) {
    super(message);
    this.number = number;
    this.sqlState = sqlState;
    this.completed = completed;
  }
}

/** Reduces a driver's error to what may be kept; `completed` counts the statements done before it. */
export function toServerError(error: unknown, completed = 0): ServerError | null {
  if (!(error instanceof Error) || !('errno' in error) || !('sqlState' in error)) return null;
  const number = Number(error.errno);
  if (!Number.isInteger(number) || number <= 0) return null;
  return new ServerError(number, String(error.sqlState), withoutValues(number, error.message), completed);
}

/** Numbers of errors whose message quotes a value of a row: duplicate keys, and values that do not fit. */
const quotesValues: ReadonlySet<number> = new Set([
  1062, 1586, 1292, 1366, 1367, 1411, 1525, 3140, 3141, 3156,
]);

/** The first quoted part of these messages is the value; what follows names keys and columns, which may be kept. */
function withoutValues(number: number, message: string): string {
  if (number === 1062 || number === 1586) return message.replace(/'.*' for key/s, "'…' for key");
  if (!quotesValues.has(number)) return message;
  return message.replace(/: '.*'( for (?:column|function).*)?$/s, ": '…'$1");
}

/** The class of an error; fatal where the table has none. */
export function classify(error: Pick<ServerError, 'number' | 'message'>): Classification {
  if (error.number === OUT_OF_RANGE && error.message.includes(guards.staleFence)) {
    return { kind: 'stale-fence', code: 'stale-fence', because: 'the guard of the fence has failed' };
  }
  if (error.number === OUT_OF_RANGE && error.message.includes(guards.partitionMoved)) {
    return { kind: 'retryable', code: 'partition-moved', because: 'the guard of the checkpoint has failed' };
  }
  const refused = 'the server understood the statement and refused it';
  return errorNumbers[error.number] ?? { kind: 'fatal', code: 'sql-error', because: refused };
}

/** Maps whatever the driver threw to the error the caller can act on. Passes Lockkeeper's own errors through. */
export function toLockkeeperError(error: unknown, context: ErrorContext): LockkeeperError {
  if (error instanceof LockkeeperError) return error;
  const server = error instanceof ServerError ? error : toServerError(error);
  return server === null ? fromDriver(error, context) : fromServer(server, context);
}

function fromServer(error: ServerError, context: ErrorContext): LockkeeperError {
  const { kind, code, remedy } = classify(error);
  if (kind === 'stale-fence') return new StaleFenceError(fenceOf(error.message), error);
  const message =
    code === 'partition-moved'
      ? 'the partition was moved on by another worker'
      : `${context.place}: ${error.message} (error ${error.number})`;
  const details = remedy === undefined ? { code, cause: error } : { code, remedy, cause: error };
  if (kind === 'login') return new LoginRefusedError(message, details);
  if (kind === 'retryable') return new RetryableError(message, details);
  if (kind === 'lost') return lost(message, error, context);
  return new FatalError(message, details);
}

function fromDriver(error: unknown, context: ErrorContext): LockkeeperError {
  const text = error instanceof Error ? error.message : String(error);
  const code = errorCode(error);
  if (context.during !== 'connect') return lost(`${context.place}: connection lost: ${text}`, error, context);
  if (tlsCodes.test(code) || /secure connection|SSL/i.test(text)) {
    return new FatalError(`${context.place}: TLS could not be established: ${text}`, {
      code: 'tls-refused',
      remedy: 'check the host name and give the CA that signed the server certificate',
      cause: error,
    });
  }
  const reason = unreachableCodes[code] ?? (/timeout/i.test(text) ? 'no answer in time' : text);
  return new RetryableError(`${context.place} cannot be reached: ${reason}`, {
    code: 'unreachable',
    remedy: 'check host, port, security groups and whether the database is available',
    cause: error,
  });
}

function lost(message: string, cause: unknown, context: ErrorContext): LockkeeperError {
  const details = { code: 'connection-lost', cause };
  return context.during === 'write'
    ? new AmbiguousError(`${message}; the write may or may not have been made`, details)
    : new RetryableError(message, details);
}

const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The guard compares with the number it was given: `<> 5`. */
const fenceOf = (message: string): number => Number(/<> *(\d+)/.exec(message)?.[1] ?? Number.NaN);

/** The server's own error below a Lockkeeper error, if there is one. */
export function serverErrorOf(error: unknown): ServerError | null {
  return error instanceof Error && error.cause instanceof ServerError ? error.cause : null;
}
