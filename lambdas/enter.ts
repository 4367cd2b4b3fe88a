import { z } from 'zod';
import { enter } from '../src/app/enter.ts';
import { run } from './events.ts';
import { task } from './task.ts';

const event = z.object({ runId: run, lease: z.number() });

export const handler = task(event, (app, { runId, lease }, budget) => enter(app, runId, lease, budget));
