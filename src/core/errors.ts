/**
 * Errors are classed by what the caller may do next. The class name travels as Lambda's `errorType`,
 * so the state machines' Retry and Catch read the same words.
 */
export type ErrorClass = 'retryable' | 'fatal' | 'ambiguous';

/** A failure as it is stored and shown: no stack, no secret, no row value. */
export interface Failure {
  readonly class: ErrorClass;
  /** Stable identifier, e.g. `lock-timeout`, `check-failed`, `stale-fence`. */
  readonly code: string;
  /** What happened and what it means. */
  readonly message: string;
  /** What the person can do now. */
  readonly remedy?: string;
}

interface ErrorDetails {
  readonly code: string;
  readonly remedy?: string;
  readonly cause?: unknown;
}

export abstract class LockkeeperError extends Error {
  abstract readonly class: ErrorClass;
  readonly code: string;
  readonly remedy: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.remedy = details.remedy;
  }
}

/** Nothing was changed by this attempt; the same call may be made again. */
export class RetryableError extends LockkeeperError {
  override readonly name: string = 'RetryableError';
  readonly class = 'retryable';
}

/** Repeating the call cannot help: a person or another branch has to decide. */
export class FatalError extends LockkeeperError {
  override readonly name: string = 'FatalError';
  readonly class = 'fatal';
}

/** The change may or may not have been made: look before trying again. */
export class AmbiguousError extends LockkeeperError {
  override readonly name: string = 'AmbiguousError';
  readonly class = 'ambiguous';
}

/** The input is wrong (file, flag, URL, configuration); nothing was changed. */
export class InputError extends FatalError {
  override readonly name = 'InputError';
  /** Every problem found, in file order. */
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[], remedy?: string) {
    super(message, remedy === undefined ? { code: 'bad-input' } : { code: 'bad-input', remedy });
    this.problems = problems;
  }
}

/** One thing wrong with an input file, precise enough to click on. */
export interface Problem {
  readonly file: string;
  /** 1-based; absent when the problem is the file as a whole. */
  readonly line?: number;
  readonly column?: number;
  /** Path inside a structured file, e.g. `backfill[0].table`. */
  readonly path?: string;
  readonly message: string;
  /** What should stand there. */
  readonly expected?: string;
  /** What to do instead. */
  readonly remedy?: string;
}

/** Another run has taken over: this one's writes no longer count. */
export class StaleFenceError extends FatalError {
  override readonly name = 'StaleFenceError';
  constructor(fence: number, cause?: unknown) {
    super(`fence ${fence} is no longer the current one: another run or a rollback has taken over`, {
      code: 'stale-fence',
      cause,
    });
  }
}

/** The login was refused: fetch the current secret and try once more. */
export class LoginRefusedError extends RetryableError {
  override readonly name = 'LoginRefusedError';
}

/** Reduces anything thrown to what may be stored and shown. */
export function toFailure(error: unknown): Failure {
  if (error instanceof LockkeeperError) {
    const failure = { class: error.class, code: error.code, message: error.message };
    return error.remedy === undefined ? failure : { ...failure, remedy: error.remedy };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { class: 'fatal', code: 'unexpected', message };
}

/** Renders a problem as `file:line:column: path: message (expected …) (better: …)`. */
export function describeProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const path = problem.path === undefined || problem.path === '' ? '' : `${problem.path}: `;
  const expected = problem.expected === undefined ? '' : ` (expected ${problem.expected})`;
  const better = problem.remedy === undefined ? '' : ` (better: ${problem.remedy})`;
  return `${place}: ${path}${problem.message}${expected}${better}`;
}
