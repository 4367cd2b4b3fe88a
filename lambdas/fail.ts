import { z } from 'zod';
import { recordFailure } from '../src/app/record-failure.ts';
import { caught, run } from './events.ts';
import { task } from './task.ts';

const event = z.object({ runId: run, error: caught });

export const handler = task(event, (app, { runId, error }) => recordFailure(app, runId, error));
