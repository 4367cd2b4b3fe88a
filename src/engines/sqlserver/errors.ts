import {
  AmbiguousError,
  FatalError,
  LockkeeperError,
  LoginRefusedError,
  RetryableError,
  StaleFenceError,
} from '../../core/errors.ts';
import { type Classification, errorNumbers } from './error-numbers.ts';

/** What was going on when the error came: only a lost *write* leaves it open whether something changed. */
export interface ErrorContext {
  readonly during: 'connect' | 'read' | 'write';
  /** `host:port`, as the person configured it. */
  readonly place: string;
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
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|EPROTO|EENCRYPT)/;

/** A server's error without what could hold row values. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly number: number;
  /** 1-based line in the batch that was sent, or in the procedure it called; 0: none. */
  readonly line: number;
  /** Of all errors of the message: one may be followed by another that says less. */
  readonly numbers: readonly number[];

  constructor(number: number, message: string, line: number, numbers: readonly number[] = [number]) {
    super(message);
    this.number = number;
    this.line = line;
    this.numbers = numbers;
  }
}

interface Told {
  readonly message: string;
  readonly number: number;
  readonly lineNumber?: number;
}

const isTold = (error: unknown): error is Told =>
  error instanceof Error && 'number' in error && typeof error.number === 'number' && error.number > 0;

/**
 * Reduces a driver's error to what may be kept. Of several the first says what went wrong, as the later ones tell that
 * the statement or the transaction has ended for it; but an error that the table knows has the word.
 */
export function toServerError(error: unknown): ServerError | null {
  const told = (error instanceof AggregateError ? error.errors : [error]).filter(isTold);
  const main = told.find(({ number }) => number in errorNumbers) ?? told[0];
  if (main === undefined) return null;
  const numbers = told.map(({ number }) => number);
  return new ServerError(main.number, withoutValues(main.message), main.lineNumber ?? 0, numbers);
}

/** Parts of messages that quote a value of a row, in any of the errors that do so. */
const quotedValues: readonly (readonly [RegExp, string])[] = [
  [/(duplicate key value is )\(.*\)/s, '$1(…)'],
  [/(Truncated value: )'.*'/s, "$1'…'"],
  [/(converting (?:the )?\w+ value )'.*'( to data type)/s, "$1'…'$2"],
  [/(, value = )[^.]*(?:\.\d+)?/s, '$1…'],
  [/(invalid input syntax for type [\w ]+: )".*"/s, '$1"…"'],
];

const withoutValues = (message: string): string =>
  quotedValues.reduce((text, [pattern, instead]) => text.replace(pattern, instead), message);

/** The class of an error; fatal where the table has none. */
export function classify({ number }: Pick<ServerError, 'number'>): Classification {
  const because = 'the server understood the statement and refused it';
  return errorNumbers[number] ?? { kind: 'fatal', code: 'sql-error', because };
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
  const codes = codesOf(error);
  if (context.during !== 'connect') return lost(`${context.place}: connection lost: ${text}`, error, context);
  if (codes.some((code) => tlsCodes.test(code)) || /encryption|certificate|altnames|TLS|SSL/i.test(text)) {
    return new FatalError(`${context.place}: TLS could not be established: ${text}`, {
      code: 'tls-refused',
      remedy: 'check the host name and give the CA that signed the server certificate',
      cause: error,
    });
  }
  const known = codes.map((code) => unreachableCodes[code]).find((reason) => reason !== undefined);
  const reason = known ?? (/timeout|connect to .* in \d+ms/i.test(text) ? 'no answer in time' : text);
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

/** The driver wraps what the socket or TLS said. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const below = error instanceof AggregateError ? error.errors : [];
  return [...own, ...codesOf(error.cause), ...below.flatMap(codesOf)];
}

/** The guard's message ends in the number it was given. */
const fenceOf = (message: string): number => Number(/(\d+)\D*$/.exec(message)?.[1] ?? Number.NaN);

/** The server's own error below a Lockkeeper error, if there is one. */
export function serverErrorOf(error: unknown): ServerError | null {
  return error instanceof Error && error.cause instanceof ServerError ? error.cause : null;
}
