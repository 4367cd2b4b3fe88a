import { z } from 'zod';
import { conclude } from '../src/app/conclude.ts';
import { caught, run, verdict } from './events.ts';
import { task } from './task.ts';

const event = z.object({ runId: run, verdict, error: caught.optional() });

export const handler = task(event, (app, input, budget) =>
  conclude(app, input.runId, input.verdict, budget, input.error),
);
