import { z } from 'zod';
import { runSlice } from '../src/app/run-slice.ts';
import { asPartitionId } from '../src/core/ids.ts';
import { fence, run } from './events.ts';
import { task } from './task.ts';

const event = z.object({ runId: run, fence, partition: z.string().transform(asPartitionId) });

export const handler = task(event, (app, input, budget) =>
  runSlice(app, input.runId, input.fence, input.partition, budget),
);
