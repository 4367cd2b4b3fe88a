import {
  AmbiguousError,
  FatalError,
  LockkeeperError,
  LoginRefusedError,
  RetryableError,
  StaleFenceError,
} from '../core/errors.ts';

/** What was going on when the error came: only a lost *write* leaves it open whether something changed. */
export interface ErrorContext {
  readonly during: 'connect' | 'read' | 'write';
  /** `host:port`, as the person configured it. */
  readonly place: string;
}

/** What an engine's table of codes says about an error of the server. */
export interface Classification {
  /** `lost`: the server ended the connection, which is ambiguous for a write and retryable otherwise. */
  readonly kind: 'retryable' | 'login' | 'fatal' | 'stale-fence' | 'lost';
  readonly code: string;
  readonly remedy?: string;
  /** Why the class is what it is. */
  readonly because: string;
}

/** An error of the server, read by its engine. */
export interface Classified extends Classification {
  /** Without what could hold row values. */
  readonly message: string;
  /** Of a stale fence: the number that no longer counts. */
  readonly fence: number;
  readonly cause: Error;
}

/** How a driver words what only its text tells. */
export interface DriverWording {
  readonly tls: RegExp;
  /** Absent where the server refuses logins in a code of its own. */
  readonly login?: RegExp;
}

/** Maps whatever the driver threw to the error the caller can act on. Passes Lockkeeper's own errors through. */
export function failureOf(
  error: unknown,
  context: ErrorContext,
  server: Classified | null,
  wording: DriverWording,
): LockkeeperError {
  if (error instanceof LockkeeperError) return error;
  return server === null ? fromDriver(error, context, wording) : fromServer(server, context);
}

function fromServer(
  { kind, code, remedy, message, fence, cause }: Classified,
  context: ErrorContext,
): LockkeeperError {
  const details = remedy === undefined ? { code, cause } : { code, remedy, cause };
  switch (kind) {
    case 'stale-fence':
      return new StaleFenceError(fence, cause);
    case 'login':
      return new LoginRefusedError(message, details);
    case 'retryable':
      return new RetryableError(message, details);
    case 'lost':
      return lost(message, cause, context);
    case 'fatal':
      return new FatalError(message, details);
    default:
      return kind satisfies never;
  }
}

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
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|EPROTO|HANDSHAKE_(NO_)?SSL|EENCRYPT)/;

function fromDriver(error: unknown, context: ErrorContext, wording: DriverWording): LockkeeperError {
  const { during, place } = context;
  const text = error instanceof Error ? error.message : String(error);
  const codes = codesOf(error);
  if (during !== 'connect') return lost(`${place}: connection lost: ${text}`, error, context);
  if (wording.login?.test(text) === true) {
    return new LoginRefusedError(`${place}: ${text}`, {
      code: 'login-refused',
      remedy: 'check user and password in the secret',
      cause: error,
    });
  }
  if (codes.some((code) => tlsCodes.test(code)) || wording.tls.test(text)) {
    return new FatalError(`${place}: TLS could not be established: ${text}`, {
      code: 'tls-refused',
      remedy: 'check the host name and give the CA that signed the server certificate',
      cause: error,
    });
  }
  const known = codes.map((code) => unreachableCodes[code]).find((reason) => reason !== undefined);
  const reason = known ?? (/timeout|connect to .* in \d+ms/i.test(text) ? 'no answer in time' : text);
  return new RetryableError(`${place} cannot be reached: ${reason}`, {
    code: 'unreachable',
    remedy: 'check host, port, security groups and whether the database is available',
    cause: error,
  });
}

function lost(message: string, cause: unknown, { during }: ErrorContext): LockkeeperError {
  const details = { code: 'connection-lost', cause };
  return during === 'write'
    ? new AmbiguousError(`${message}; the write may or may not have been made`, details)
    : new RetryableError(message, details);
}

/** Its own and those below it: some drivers wrap what the socket or TLS said. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const below = error instanceof AggregateError ? error.errors : [];
  return [...own, ...codesOf(error.cause), ...below.flatMap(codesOf)];
}
