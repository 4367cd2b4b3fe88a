import { z } from 'zod';
import { acquireLease, releaseLease } from '../src/app/lease.ts';
import { run } from './events.ts';
import { task } from './task.ts';

const event = z.object({ runId: run, executionArn: z.string(), action: z.enum(['acquire', 'release']) });

export const handler = task(event, async (app, { runId, executionArn, action }) =>
  action === 'acquire' ? acquireLease(app, runId, executionArn) : releaseLease(app, runId),
);
