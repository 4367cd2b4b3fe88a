import { z } from 'zod';
import { conclude } from '../src/app/conclude.ts';
import { run, verdict } from './events.ts';
import { task } from './task.ts';

const event = z.object({ runId: run, verdict });

export const handler = task(event, (app, input, budget) => conclude(app, input.runId, input.verdict, budget));
