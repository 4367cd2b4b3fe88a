import type { Context } from 'aws-lambda';
import type { z } from 'zod';
import type { App, Budget } from '../src/app/app.ts';
import { describeProblem, FatalError, InputError } from '../src/core/errors.ts';
import { composeApp } from './entry.ts';

/** Time kept back at the end of an invocation to close sessions and answer. */
const reserveMs = (totalMs: number): number => Math.min(30_000, totalMs / 4);

/**
 * Makes a handler of a use case: decodes the event, sets the budget by Lambda's own deadline, and lets
 * errors out under their class name, which is what the state machine's Retry and Catch read.
 */
export function task<Event, Result>(
  schema: z.ZodType<Event>,
  work: (app: App, event: Event, budget: Budget) => Promise<Result>,
): (event: unknown, context: Context) => Promise<Result> {
  return async (event, context) => {
    const parsed = schema.safeParse(event);
    if (!parsed.success) throw new FatalError(`bad event: ${parsed.error.message}`, { code: 'bad-event' });
    const app = composeApp();
    const leftMs = context.getRemainingTimeInMillis();
    const usableMs = leftMs - reserveMs(leftMs);
    const abort = new AbortController();
    const timer = setTimeout(
      () => abort.abort(new Error('the invocation is out of time')),
      usableMs + reserveMs(leftMs) / 2,
    );
    try {
      return await work(app, parsed.data, { endsAt: app.clock.now() + usableMs, signal: abort.signal });
    } catch (error) {
      throw withProblems(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Only an error's name and message leave Lambda: the problems of wrong input go into the message. */
function withProblems(error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  const lines = [error.message, ...error.problems.map((problem) => `  ${describeProblem(problem)}`)];
  if (error.remedy !== undefined) lines.push(`what to do: ${error.remedy}`);
  return new InputError(lines.join('\n'), error.problems);
}
