import { z } from 'zod';
import { runChecks } from '../src/app/run-checks.ts';
import { run } from './events.ts';
import { task } from './task.ts';

const event = z.object({ runId: run, when: z.enum(['before', 'after']) });

export const handler = task(event, (app, { runId, when }, budget) => runChecks(app, runId, when, budget));
