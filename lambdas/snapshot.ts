import { z } from 'zod';
import { takeRestorePoint } from '../src/app/restore-point.ts';
import { run } from './events.ts';
import { task } from './task.ts';

const event = z.object({ runId: run, purpose: z.enum(['start', 'contract']) });

export const handler = task(event, (app, { runId, purpose }) => takeRestorePoint(app, runId, purpose));
