import { z } from 'zod';
import { runSteps } from '../src/app/run-steps.ts';
import { fence, run } from './events.ts';
import { task } from './task.ts';

const event = z.object({ runId: run, fence, phase: z.enum(['expand', 'switch', 'contract']) });

export const handler = task(event, (app, input, budget) =>
  runSteps(app, input.runId, input.fence, input.phase, budget),
);
