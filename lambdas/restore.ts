import { restore } from '../src/app/restore.ts';
import { ofRun } from './events.ts';
import { task } from './task.ts';

export const handler = task(ofRun, (app, { runId }, budget) => restore(app, runId, budget));
