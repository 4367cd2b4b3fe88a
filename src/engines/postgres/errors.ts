import {
  AmbiguousError,
  FatalError,
  type LockkeeperError,
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
 * SQLSTATE → class. Five characters are looked up first, then the two of the class; what is in neither is
 * fatal, because the server has understood the statement and refused it. `lost` means the server ended the
 * connection: ambiguous for a write, retryable otherwise.
 */
export const sqlStates: Readonly<Record<string, Classification>> = {
  '28P01': {
    kind: 'login',
    code: 'login-refused',
    remedy: 'check user and password in the secret',
    because: 'the password was wrong; after a rotation the current secret is right',
  },
  '28000': {
    kind: 'login',
    code: 'login-refused',
    remedy: 'check the user, the secret and what pg_hba.conf or the parameter group demands (rds.force_ssl)',
    because: 'the role may not log in like this; a rotation may have changed the user',
  },
  '3D000': {
    kind: 'fatal',
    code: 'no-such-database',
    remedy: 'correct the database name of the target',
    because: 'a database does not appear by asking again',
  },
  '53300': {
    kind: 'retryable',
    code: 'too-many-connections',
    remedy: 'wait for connections to be released or raise max_connections',
    because: 'slots become free again',
  },
  '57P03': {
    kind: 'retryable',
    code: 'server-starting',
    remedy: 'wait until the server accepts connections',
    because: 'starting, recovering or shutting down passes',
  },
  '55P03': {
    kind: 'retryable',
    code: 'lock-timeout',
    because: 'the lock was not granted in time and the statement was undone',
  },
  '40P01': {
    kind: 'retryable',
    code: 'deadlock',
    because: 'the server chose our transaction as the victim and undid it',
  },
  '40001': {
    kind: 'retryable',
    code: 'serialization-failure',
    because: 'the transaction was undone; the same one may pass next time',
  },
  '57014': {
    kind: 'retryable',
    code: 'statement-timeout',
    because: 'the statement was cancelled or ran into statement_timeout, and was undone',
  },
  '25P02': {
    kind: 'retryable',
    code: 'transaction-aborted',
    because: 'an earlier statement of the transaction failed; nothing of it is kept',
  },
  '57P01': {
    kind: 'lost',
    code: 'connection-lost',
    because: 'an administrator or a failover ended the session',
  },
  '57P02': { kind: 'lost', code: 'connection-lost', because: 'the server crashed under the session' },
  '57P05': { kind: 'lost', code: 'connection-lost', because: 'the session was idle too long' },
  '25P03': {
    kind: 'lost',
    code: 'connection-lost',
    because: 'the transaction was idle too long and the session ended',
  },
  '25P04': { kind: 'lost', code: 'connection-lost', because: 'transaction_timeout ended the session' },
  '40003': {
    kind: 'lost',
    code: 'completion-unknown',
    because: 'the server itself does not know whether the statement was completed',
  },
  '42501': {
    kind: 'fatal',
    code: 'missing-privilege',
    remedy: 'grant the privilege to the user of the target, or use the owner of the objects',
    because: 'privileges do not appear by asking again',
  },
  '25006': {
    kind: 'retryable',
    code: 'read-only-server',
    remedy: 'make sure the host name is that of the writer',
    because: 'during a failover the name points at a replica for a while',
  },
  LK001: { kind: 'stale-fence', code: 'stale-fence', because: 'raised by lockkeeper.assert_fence' },
  '08': { kind: 'lost', code: 'connection-lost', because: 'connection exceptions' },
  '53': {
    kind: 'retryable',
    code: 'server-exhausted',
    remedy: 'look at free storage and memory of the server',
    because: 'disk or memory ran out and the statement was undone; there may be room later',
  },
};

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
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|EPROTO)/;

/**
 * A server's error without what could hold row values: DETAIL, HINT, CONTEXT and the internal query are
 * left behind, and values quoted by data exceptions are blotted out.
 */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly sqlState: string;
  /** 1-based character in the text sent; null where the server names none. */
  readonly position: number | null;
  /** Commands of the same message that had completed before. */
  readonly completed: number;

  constructor(sqlState: string, message: string, position: number | null, completed: number) {
    super(message);
    this.sqlState = sqlState;
    this.position = position;
    this.completed = completed;
  }
}

/** Reduces a driver's error to what may be kept; `completed` counts the commands done before it. */
export function toServerError(error: unknown, completed = 0): ServerError | null {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return null;
  const sqlState = String(error.code);
  const position = 'position' in error && error.position !== undefined ? Number(error.position) : null;
  return new ServerError(sqlState, withoutValues(sqlState, error.message), position, completed);
}

/** Messages of data exceptions (class 22) quote the value: cut it out. */
function withoutValues(sqlState: string, message: string): string {
  return sqlState.startsWith('22') ? message.replace(/".*"/s, '"…"') : message;
}

/** The class of a SQLSTATE; fatal where the table has none. */
export function classify(sqlState: string): Classification {
  return (
    sqlStates[sqlState] ??
    sqlStates[sqlState.slice(0, 2)] ?? {
      kind: 'fatal',
      code: 'sql-error',
      because: 'the server understood the statement and refused it',
    }
  );
}

/** Maps whatever the driver threw to the error the caller can act on. Passes Lockkeeper's own errors through. */
export function toLockkeeperError(error: unknown, context: ErrorContext): LockkeeperError {
  const server = error instanceof ServerError ? error : toServerError(error);
  return server === null ? fromDriver(error, context) : fromServer(server, context);
}

function fromServer(error: ServerError, context: ErrorContext): LockkeeperError {
  const { kind, code, remedy } = classify(error.sqlState);
  const message = `${context.place}: ${error.message} (SQLSTATE ${error.sqlState})`;
  const details = remedy === undefined ? { code, cause: error } : { code, remedy, cause: error };
  if (kind === 'stale-fence') return new StaleFenceError(fenceOf(error.message), error);
  if (kind === 'login') return new LoginRefusedError(message, details);
  if (kind === 'retryable') return new RetryableError(message, details);
  if (kind === 'lost') return lost(message, error, context);
  return new FatalError(message, details);
}

function fromDriver(error: unknown, context: ErrorContext): LockkeeperError {
  const text = error instanceof Error ? error.message : String(error);
  const code = errorCode(error);
  if (context.during !== 'connect') return lost(`${context.place}: connection lost: ${text}`, error, context);
  if (/^SASL|password must be/i.test(text)) {
    return new LoginRefusedError(`${context.place}: ${text}`, {
      code: 'login-refused',
      remedy: 'check user and password in the secret',
      cause: error,
    });
  }
  if (tlsCodes.test(code) || /SSL connection/.test(text)) {
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

const fenceOf = (message: string): number => Number(/\d+/.exec(message)?.[0] ?? Number.NaN);

/** The server's own error below a Lockkeeper error, if there is one. */
export function serverErrorOf(error: unknown): ServerError | null {
  return error instanceof Error && error.cause instanceof ServerError ? error.cause : null;
}
