import { FatalError } from '../../../core/errors.ts';
import { serverErrorOf } from '../errors.ts';

/** A script and how its statements are counted. */
export interface StepScript {
  readonly text: string;
  /** Statements of the step in it. */
  readonly statements: number;
  /** Statements before the first one of the step. */
  readonly preamble: number;
  /** Statements from the beginning of one of the step to the beginning of the next. */
  readonly stride: number;
}

export interface Around {
  readonly before: readonly string[];
  readonly afterEach: readonly string[];
  readonly after: readonly string[];
}

/** Puts the step's statements between what has to come before and after them. */
export function stepScript(
  statements: readonly string[],
  { before, afterEach, after }: Around = { before: [], afterEach: [], after: [] },
): StepScript {
  const parts = [...before, ...statements.flatMap((statement) => [statement, ...afterEach]), ...after];
  return {
    // The line break ends a comment that a statement may end with.
    text: parts.join('\n;\n'),
    statements: statements.length,
    preamble: before.length,
    stride: 1 + afterEach.length,
  };
}

/**
 * Says which statement of the step a fatal error came from; other errors are returned as they are. A script that
 * holds only some of the statements begins with number `first` (0-based) of `total`.
 */
export function inStep(error: unknown, script: StepScript, first = 0, total = script.statements): unknown {
  const server = serverErrorOf(error);
  if (!(error instanceof FatalError) || server === null || error.code === 'stale-fence') return error;
  const begun = Math.floor(Math.max(server.completed - script.preamble, 0) / script.stride) + 1;
  const ordinal = first + Math.min(begun, script.statements);
  const which = total === 1 ? '' : `statement ${ordinal} of ${total}: `;
  const message = `${which}${server.message} (error ${server.number}, SQLSTATE ${server.sqlState})`;
  const details = { code: error.code, cause: server };
  return new FatalError(message, error.remedy === undefined ? details : { ...details, remedy: error.remedy });
}

/**
 * The server refuses how a statement is to be done, not what, before it begins: ALGORITHM or LOCK not with this change
 * (1845; 1846 with the reason), not known to this version (1800, 1801), or the rows of the table take no further instant
 * version (4092, MySQL 8.0.29 and later).
 */
export function refusesHow(error: unknown): boolean {
  const server = serverErrorOf(error);
  return server !== null && howRefused.has(server.number);
}

const howRefused: ReadonlySet<number> = new Set([1800, 1801, 1845, 1846, 4092]);
