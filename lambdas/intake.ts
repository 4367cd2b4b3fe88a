import { z } from 'zod';
import type { App } from '../src/app/app.ts';
import { bundleOf, startWithin } from '../src/app/bundle.ts';
import { openByDeployment, startByEvent, stopByAlarm, type Taken } from '../src/app/intake.ts';
import { detailTypes } from './catalog.ts';
import { task } from './task.ts';

const name = z.string().min(1).max(200);
const start = z.strictObject({
  target: name,
  migration: name,
  direction: z.enum(['up', 'down']).optional(),
  bundle: name.optional(),
});
const startOfBundle = start.omit({ target: true, bundle: true });

const event = z.discriminatedUnion('detail-type', [
  z.object({ id: name, 'detail-type': z.literal(detailTypes.start), detail: start }),
  z.object({
    id: name,
    'detail-type': z.literal('Object Created'),
    detail: z.object({ object: z.object({ key: z.string() }) }),
  }),
  z.object({
    id: name,
    'detail-type': z.literal(detailTypes.deployment),
    source: z.string(),
    time: z.iso.datetime(),
    detail: z.object({ target: name, migration: name.optional() }),
  }),
  z.object({
    id: name,
    'detail-type': z.literal(detailTypes.alarm),
    detail: z.object({ target: name, alarm: z.string(), action: z.enum(['pause', 'abort']) }),
  }),
]);

export const handler = task(event, (app, input): Promise<Taken> => {
  switch (input['detail-type']) {
    case detailTypes.start:
      return startByEvent(app, input.id, input.detail);
    case 'Object Created':
      return takeBundle(app, input.id, input.detail.object.key);
    case detailTypes.deployment:
      return openByDeployment(app, input.id, { ...input.detail, source: input.source, at: input.time });
    case detailTypes.alarm:
      return stopByAlarm(app, input.id, input.detail);
    default:
      return input satisfies never;
  }
});

/** A bundle starts what it says is to be started; one that says nothing waits for somebody who does. */
async function takeBundle(app: App, eventId: string, key: string): Promise<Taken> {
  const landed = bundleOf(key);
  const wish = landed === null ? undefined : await startWithin(app, key);
  if (landed === null || wish === undefined) return { did: 'nothing', because: `${key} asks for no start` };
  return startByEvent(app, eventId, { ...startOfBundle.parse(wish), ...landed });
}
