import { z } from 'zod';
import { awaitDelay, awaitGate } from '../src/app/gates.ts';
import type { TaskResult } from '../src/app/task-result.ts';
import { run } from './events.ts';
import { task } from './task.ts';

const event = z.union([
  z.object({ runId: run, gate: z.literal('delay') }),
  z.object({
    runId: run,
    gate: z.enum(['approval', 'contract', 'restore', 'pause']),
    slot: z.string(),
    taskToken: z.string(),
  }),
]);

export const handler = task(event, async (app, input): Promise<TaskResult> => {
  if (input.gate === 'delay') return awaitDelay(app, input.runId);
  await awaitGate(app, input.runId, input.gate, input.slot, input.taskToken);
  return { kind: 'done' };
});
