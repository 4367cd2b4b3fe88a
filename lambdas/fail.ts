import { z } from 'zod';
import { recordFailure } from '../src/app/record-failure.ts';
import { run } from './events.ts';
import { task } from './task.ts';

const event = z.object({
  runId: run,
  error: z.object({ Error: z.string().optional(), Cause: z.string().optional() }),
});

export const handler = task(event, (app, { runId, error }) => recordFailure(app, runId, error));
