import type { LockkeeperError } from '../../core/errors.ts';
import { type Classification, type Classified, type ErrorContext, failureOf } from '../failure.ts';
import { errorNumbers } from './error-numbers.ts';

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
  const server = error instanceof ServerError ? error : toServerError(error);
  return failureOf(error, context, server === null ? null : classified(server, context), wording);
}

const wording = { tls: /encryption|certificate|altnames|TLS|SSL/i };

function classified(error: ServerError, { place }: ErrorContext): Classified {
  const classification = classify(error);
  const message =
    classification.code === 'partition-moved'
      ? 'the partition was moved on by another worker'
      : `${place}: ${error.message} (error ${error.number})`;
  return { ...classification, message, fence: fenceOf(error.message), cause: error };
}

/** The guard's message ends in the number it was given. */
const fenceOf = (message: string): number => Number(/(\d+)\D*$/.exec(message)?.[1] ?? Number.NaN);

/** The server's own error below a Lockkeeper error, if there is one. */
export function serverErrorOf(error: unknown): ServerError | null {
  return error instanceof Error && error.cause instanceof ServerError ? error.cause : null;
}
