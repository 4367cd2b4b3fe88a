import { z } from 'zod';
import { decide } from '../src/app/decide.ts';
import { run } from './events.ts';
import { task } from './task.ts';

const event = z.object({ runId: run, executionArn: z.string() });

export const handler = task(event, (app, { runId, executionArn }, budget) =>
  decide(app, runId, executionArn, budget),
);
