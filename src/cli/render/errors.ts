import { describeProblem, InputError, LockkeeperError } from '../../core/errors.ts';
import type { Verdict } from '../../core/lifecycle.ts';
import { fileProblemOf } from '../files.ts';
import { Interrupted } from '../interruption.ts';
import { type ExitCode, exitCodes, foldFor, type Output } from '../output.ts';
import { redact } from './redact.ts';

/** Says on stderr what went wrong, what it means and what to do; under `--json` on stdout as well. */
export function printError(error: unknown, output: Output): void {
  process.stderr.write(`${foldFor(process.stderr, renderError(error, output.debug))}\n`);
  output.emit({ error: errorValue(error) });
}

/** The text for a person; a stack trace only when debugging. No password in either. */
export function renderError(error: unknown, debug: boolean): string {
  return redact([...explain(error), ...(debug ? traceOf(error) : [])].join('\n'));
}

/**
 * Wrong input, and what kept a command from beginning, is 2. An outcome that nobody knows, or an error that
 * nobody foresaw, needs a person: 3.
 */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof LockkeeperError)
    return error.class === 'ambiguous' ? exitCodes.attention : exitCodes.usage;
  return fileProblemOf(error) === null ? exitCodes.attention : exitCodes.usage;
}

export function exitCodeOfVerdict(verdict: Verdict): ExitCode {
  switch (verdict) {
    case 'SUCCEEDED':
      return exitCodes.done;
    case 'REJECTED':
    case 'ROLLED_BACK':
    case 'RESTORED':
      return exitCodes.findings;
    case 'NEEDS_ATTENTION':
      return exitCodes.attention;
    default:
      return verdict satisfies never;
  }
}

function explain(error: unknown): string[] {
  if (error instanceof LockkeeperError) {
    const problems = error instanceof InputError ? error.problems : [];
    return [
      `error: ${error.message}`,
      ...problems.map((problem) => `  ${describeProblem(problem)}`),
      ...(error.remedy === undefined ? [] : [`what to do: ${error.remedy}`]),
    ];
  }
  if (error instanceof Interrupted) return [`interrupted: ${error.message}`];
  const fileProblem = fileProblemOf(error);
  if (fileProblem !== null) return [`error: ${fileProblem.message}`, `what to do: ${fileProblem.remedy}`];
  return [
    `error: something unexpected happened: ${messageOf(error)}`,
    'what to do: run it again with --debug to see where it came from',
  ];
}

/** The first line: drivers like to add what they were given. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split('\n')[0] ?? '';
}

function traceOf(error: unknown): string[] {
  const lines: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    lines.push(depth === 0 ? '' : 'caused by:', at.stack ?? at.message);
  }
  return lines;
}

function errorValue(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof Interrupted) return { code: 'interrupted', message: error.message };
  if (!(error instanceof LockkeeperError)) {
    const fileProblem = fileProblemOf(error);
    if (fileProblem === null) return { code: 'unexpected', message: redact(messageOf(error)) };
    return { code: 'bad-input', ...fileProblem, message: redact(fileProblem.message) };
  }
  return {
    code: error.code,
    message: redact(error.message),
    ...(error.remedy === undefined ? {} : { remedy: redact(error.remedy) }),
    ...(error instanceof InputError
      ? { problems: error.problems.map((problem) => ({ ...problem, message: redact(problem.message) })) }
      : {}),
  };
}
