import type { Fleet } from './fleet.ts';
import type { InstanceStatus } from './records.ts';

/** An instance or a cluster. */
export interface Changing {
  status: InstanceStatus;
  failure?: Error;
}

interface Queue {
  tail: Promise<void>;
  length: number;
}

/** Changes of one instance or cluster follow each other: a request may ask for settings, a password and a name at once. */
const queues = new WeakMap<Changing, Queue>();

/** Does `work` in the background, after what is queued already; the instance has `status` meanwhile. */
export function change(
  fleet: Fleet,
  instance: Changing,
  status: InstanceStatus,
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

/** What to do with it when work on it has failed. */
export function failing(instance: Changing): (error: Error) => void {
  return (error) => {
    instance.status = 'failed';
    instance.failure = error;
  };
}
