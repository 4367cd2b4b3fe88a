import { z } from 'zod';
import { prepare } from '../src/app/prepare.ts';
import { task } from './task.ts';

const event = z.object({
  executionArn: z.string(),
  input: z.object({
    target: z.string(),
    migration: z.string(),
    direction: z.enum(['up', 'down']).optional(),
    bundle: z.string().optional(),
    keepHistory: z.boolean().optional(),
    acceptRisk: z.object({ by: z.string(), reason: z.string() }).optional(),
  }),
});

export const handler = task(event, (app, { input, executionArn }, budget) =>
  prepare(app, input, executionArn, budget),
);
