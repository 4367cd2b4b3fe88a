import { z } from 'zod';
import { runId } from '../src/core/ids.ts';
import { verdicts } from '../src/core/lifecycle.ts';

/** The events the state machines send; decoded here and trusted inside. */
export const run = z.string().min(1).transform(runId);
export const fence = z.number().int().nonnegative();
export const verdict = z.enum(verdicts);
export const ofRun = z.object({ runId: run });
export const ofFencedRun = z.object({ runId: run, fence });

/** What a Catch of the state machine saw. */
export const caught = z.object({ Error: z.string().optional(), Cause: z.string().optional() });
