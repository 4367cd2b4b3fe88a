import { rm } from 'node:fs/promises';
import { AwsError } from '../gateway/errors.ts';
import { checkedName, type Fleet } from './fleet.ts';
import { requireAvailable, serverOf } from './instances.ts';
import type { InstanceRecord, SnapshotRecord, Tag } from './records.ts';

/**
 * Starts a physical copy of the running server. The instance is `backing-up` and the snapshot `creating`
 * until both the copy and the configured delay are over; `done` resolves then, or when the copy has failed.
 */
export function createSnapshot(
  fleet: Fleet,
  instance: InstanceRecord,
  identifier: string,
  tags: readonly Tag[],
): { readonly snapshot: SnapshotRecord; readonly done: Promise<void> } {
  const name = checkedName('DBSnapshotIdentifier', identifier, 255);
  if (fleet.snapshots.has(name)) {
    throw new AwsError(
      'DBSnapshotAlreadyExists',
      `Cannot create the snapshot because a snapshot with the identifier ${name} already exists.`,
    );
  }
  requireAvailable(instance);
  if (fleet.snapshots.size >= fleet.snapshotQuota) {
    throw new AwsError(
      'SnapshotQuotaExceeded',
      'Cannot create more than the allowed number of manual snapshots.',
    );
  }
  const { server: _server, pending: _pending, failure: _failure, ...source } = instance;
  const copied = instance.settings.CopyTagsToSnapshot
    ? instance.tags.filter((tag) => !tags.some(({ Key }) => Key === tag.Key))
    : [];
  const snapshot: SnapshotRecord = {
    identifier: name,
    createdMs: fleet.now(),
    source: { ...source, status: 'available' },
    tags: { list: [...copied, ...tags] },
    status: 'creating',
    progress: 0,
    content: undefined,
  };
  fleet.snapshots.set(name, snapshot);
  instance.status = 'backing-up';
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  fleet.background(
    async () => {
      await fill(fleet, instance, snapshot);
      snapshot.status = 'available';
      if (instance.status === 'backing-up') instance.status = 'available';
      finish();
    },
    (error) => {
      snapshot.status = 'failed';
      snapshot.failure = error;
      if (instance.status === 'backing-up') instance.status = 'available';
      finish();
    },
  );
  return { snapshot, done };
}

/** @throws AwsError `InvalidDBSnapshotState` while the snapshot is being made */
export function deleteSnapshot(fleet: Fleet, snapshot: SnapshotRecord): void {
  if (snapshot.status === 'creating') {
    throw new AwsError('InvalidDBSnapshotState', `DBSnapshot ${snapshot.identifier} is still being created.`);
  }
  fleet.snapshots.delete(snapshot.identifier);
  const folder = snapshot.content?.folder;
  if (folder === undefined) return;
  fleet.background(
    () => rm(folder, { recursive: true, force: true }),
    () => {},
  );
}

/** Steps in which progress goes up while only the delay is left: a client that polls sees it move. */
const STEPS = 10;

async function fill(fleet: Fleet, instance: InstanceRecord, snapshot: SnapshotRecord): Promise<void> {
  const delayMs = fleet.delays.snapshot;
  // With a delay configured, the copy counts as half of the way.
  const copyShare = delayMs > 0 ? 0.5 : 1;
  snapshot.content = await fleet.work(() =>
    serverOf(instance).takeSnapshot({
      now: () => fleet.now(),
      onProgress: (share) => {
        snapshot.progress = share * copyShare;
      },
    }),
  );
  for (let step = 1; step <= STEPS && delayMs > 0; step++) {
    await fleet.pause(delayMs / STEPS);
    snapshot.progress = copyShare + (1 - copyShare) * (step / STEPS);
  }
}
