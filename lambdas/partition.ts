import { z } from 'zod';
import { planPartitions } from '../src/app/plan-partitions.ts';
import { fence, run } from './events.ts';
import { task } from './task.ts';

const event = z.object({ runId: run, fence, backfill: z.number().int().nonnegative() });

export const handler = task(event, (app, input, budget) =>
  planPartitions(app, input.runId, input.fence, input.backfill, budget),
);
