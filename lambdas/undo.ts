import { undo } from '../src/app/undo.ts';
import { ofFencedRun } from './events.ts';
import { task } from './task.ts';

export const handler = task(ofFencedRun, (app, { runId, fence }, budget) => undo(app, runId, fence, budget));
