import { swap } from '../src/app/swap.ts';
import { ofRun } from './events.ts';
import { task } from './task.ts';

export const handler = task(ofRun, (app, { runId }) => swap(app, runId));
