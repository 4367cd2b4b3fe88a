import { z } from 'zod';
import { cleanUp } from '../src/app/janitor.ts';
import { task } from './task.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);

/** Step Functions leaves the input out where it is long: then the run is found by its execution alone. */
const input = z
  .string()
  .nullish()
  .transform((value) => parsed(value ?? '{}'))
  .pipe(z.object({ runId: z.string().optional(), target: z.string().optional() }).catch({}));

const event = z.object({
  detail: z.object({
    executionArn: z.string(),
    status: z.enum(['ABORTED', 'TIMED_OUT', 'FAILED']),
    input,
    error: text,
    cause: text,
  }),
});

export const handler = task(event, (app, { detail }, budget) => cleanUp(app, detail, budget));

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return {};
  }
}
