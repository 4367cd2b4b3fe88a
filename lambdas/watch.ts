import { z } from 'zod';
import { watch } from '../src/app/watch.ts';
import { task } from './task.ts';

const event = z.object({ 'detail-type': z.literal('Scheduled Event') });

export const handler = task(event, (app) => watch(app));
