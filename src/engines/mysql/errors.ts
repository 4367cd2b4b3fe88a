import type { LockkeeperError } from '../../core/errors.ts';
import { type Classification, type Classified, type ErrorContext, failureOf } from '../failure.ts';
import { errorNumbers } from './error-numbers.ts';

/**
 * Names of the ledger's tables in statements that are made to fail (error 1690, out of range) by what they find there:
 * plain SQL has no other way to stop a script, and stored routines would need rights of their own.
 */
export const guards = { staleFence: 'lockkeeper_stale_fence', partitionMoved: 'lockkeeper_partition_moved' };

const OUT_OF_RANGE = 1690;

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
  const server = error instanceof ServerError ? error : toServerError(error);
  return failureOf(error, context, server === null ? null : classified(server, context), wording);
}

const wording = { tls: /secure connection|SSL/i };

function classified(error: ServerError, { place }: ErrorContext): Classified {
  const classification = classify(error);
  const message =
    classification.code === 'partition-moved'
      ? 'the partition was moved on by another worker'
      : `${place}: ${error.message} (error ${error.number})`;
  return { ...classification, message, fence: fenceOf(error.message), cause: error };
}

/** The guard compares with the number it was given: `<> 5`. */
const fenceOf = (message: string): number => Number(/<> *(\d+)/.exec(message)?.[1] ?? Number.NaN);

/** The server's own error below a Lockkeeper error, if there is one. */
export function serverErrorOf(error: unknown): ServerError | null {
  return error instanceof Error && error.cause instanceof ServerError ? error.cause : null;
}
