import { FatalError } from '../../../core/errors.ts';
import { serverErrorOf } from '../errors.ts';

/** A script and where each of the step's statements stands in it. */
export interface StepScript {
  readonly text: string;
  /** Offsets in characters as the server counts them (code points), 0-based. */
  readonly starts: readonly number[];
  /** Commands before the first statement. */
  readonly preamble: number;
  /** Commands from the beginning of one statement to the beginning of the next. */
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
  const starts: number[] = [];
  let text = '';
  let length = 0;
  const add = (statement: string): void => {
    // The line break ends a comment that the statement may end with.
    const part = `${statement}\n;\n`;
    text += part;
    length += [...part].length;
  };
  before.forEach(add);
  for (const statement of statements) {
    starts.push(length);
    add(statement);
    afterEach.forEach(add);
  }
  after.forEach(add);
  return { text, starts, preamble: before.length, stride: 1 + afterEach.length };
}

/**
 * Says which statement of the step a fatal error came from; other errors are returned as they are. A script that
 * holds only some of the statements begins with number `first` (0-based) of `total`.
 */
export function inStep(error: unknown, script: StepScript, first = 0, total = script.starts.length): unknown {
  const server = serverErrorOf(error);
  if (!(error instanceof FatalError) || server === null || error.code === 'stale-fence') return error;
  const { ordinal, character } = locate(server.position, server.completed, script);
  const where = [`SQLSTATE ${server.sqlState}`, ...(character === null ? [] : [`at character ${character}`])];
  const which = total === 1 ? '' : `statement ${first + ordinal} of ${total}: `;
  const message = `${which}${server.message} (${where.join(', ')})`;
  const details = { code: error.code, cause: server };
  return new FatalError(message, error.remedy === undefined ? details : { ...details, remedy: error.remedy });
}

function locate(
  position: number | null,
  completed: number,
  script: StepScript,
): { readonly ordinal: number; readonly character: number | null } {
  if (position !== null) {
    const index = script.starts.findLastIndex((start) => start < position);
    const start = script.starts[index];
    if (start !== undefined) return { ordinal: index + 1, character: position - start };
  }
  const begun = Math.floor(Math.max(completed - script.preamble, 0) / script.stride) + 1;
  const ordinal = Math.min(begun, script.starts.length);
  return { ordinal, character: null };
}
