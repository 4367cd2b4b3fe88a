import type { Fleet } from './fleet.ts';
import type { InstanceRecord } from './records.ts';

interface Queue {
  tail: Promise<void>;
  length: number;
}

/** Changes of one instance follow each other: a request may ask for settings, a password and a name at once. */
const queues = new WeakMap<InstanceRecord, Queue>();

/** Does `work` in the background, after what is queued already; the instance has `status` meanwhile. */
export function change(
  fleet: Fleet,
  instance: InstanceRecord,
  status: InstanceRecord['status'],
  work: () => Promise<void>,
): void {
  const queue = queues.get(instance) ?? { tail: Promise.resolve(), length: 0 };
  queues.set(instance, queue);
  queue.length += 1;
  instance.status = status;
  const task = queue.tail.then(async () => {
    instance.status = status;
    await work();
    queue.length -= 1;
    if (queue.length === 0) instance.status = 'available';
  });
  // What failed leaves the instance failed; a change queued behind it does not hide that by running.
  queue.tail = task;
  fleet.background(() => task, failing(instance));
}

/** What to do with an instance when work on it has failed. */
export function failing(instance: InstanceRecord): (error: Error) => void {
  return (error) => {
    instance.status = 'failed';
    instance.failure = error;
  };
}
