import type { LockkeeperError } from '../../core/errors.ts';
import { type Classification, type Classified, type ErrorContext, failureOf } from '../failure.ts';
import { sqlStates } from './sql-states.ts';

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
export function withoutValues(sqlState: string, message: string): string {
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
  return failureOf(error, context, server === null ? null : classified(server, context), wording);
}

const wording = { login: /^SASL|password must be/i, tls: /SSL connection/ };

const classified = (error: ServerError, { place }: ErrorContext): Classified => ({
  ...classify(error.sqlState),
  message: `${place}: ${error.message} (SQLSTATE ${error.sqlState})`,
  fence: fenceOf(error.message),
  cause: error,
});

const fenceOf = (message: string): number => Number(/\d+/.exec(message)?.[0] ?? Number.NaN);

/** The server's own error below a Lockkeeper error, if there is one. */
export function serverErrorOf(error: unknown): ServerError | null {
  return error instanceof Error && error.cause instanceof ServerError ? error.cause : null;
}
