import { rm } from 'node:fs/promises';
import { AwsError } from '../../gateway/errors.ts';
import { checkedName, type Fleet } from '../fleet.ts';
import type { Tag } from '../records.ts';
import { clusterServer, requireAvailableCluster } from './clusters.ts';
import type { ClusterRecord, ClusterSnapshotRecord } from './records.ts';

/** Starts a physical copy of the cluster's storage; the cluster is `backing-up` until that is over. */
export function createClusterSnapshot(
  fleet: Fleet,
  cluster: ClusterRecord,
  identifier: string,
  tags: readonly Tag[],
): ClusterSnapshotRecord {
  const name = checkedName('DBClusterSnapshotIdentifier', identifier, 255);
  if (fleet.clusterSnapshots.has(name)) {
    throw new AwsError(
      'DBClusterSnapshotAlreadyExistsFault',
      `Cannot create the snapshot because a snapshot with the identifier ${name} already exists.`,
    );
  }
  requireAvailableCluster(cluster);
  if (fleet.clusterSnapshots.size >= fleet.snapshotQuota) {
    throw new AwsError(
      'SnapshotQuotaExceeded',
      'Cannot create more than the allowed number of manual snapshots.',
    );
  }
  const { server: _server, pending: _pending, failure: _failure, ...source } = cluster;
  const copied = cluster.settings.CopyTagsToSnapshot
    ? cluster.tags.filter((tag) => !tags.some(({ Key }) => Key === tag.Key))
    : [];
  const snapshot: ClusterSnapshotRecord = {
    identifier: name,
    createdMs: fleet.now(),
    source: { ...source, status: 'available' },
    tags: { list: [...copied, ...tags] },
    status: 'creating',
    progress: 0,
    content: undefined,
  };
  fleet.clusterSnapshots.set(name, snapshot);
  cluster.status = 'backing-up';
  const over = (status: 'available' | 'failed') => {
    snapshot.status = status;
    if (cluster.status === 'backing-up') cluster.status = 'available';
  };
  fleet.background(
    async () => {
      snapshot.content = await fleet.work(() =>
        clusterServer(cluster).takeSnapshot({
          now: () => fleet.now(),
          onProgress: (share) => {
            snapshot.progress = share;
          },
        }),
      );
      await fleet.pause(fleet.delays.snapshot);
      over('available');
    },
    (error) => {
      snapshot.failure = error;
      over('failed');
    },
  );
  return snapshot;
}

/** @throws AwsError `InvalidDBClusterSnapshotStateFault` while the snapshot is being made */
export function deleteClusterSnapshot(fleet: Fleet, snapshot: ClusterSnapshotRecord): void {
  if (snapshot.status === 'creating') {
    throw new AwsError(
      'InvalidDBClusterSnapshotStateFault',
      `DB cluster snapshot ${snapshot.identifier} is still being created.`,
    );
  }
  fleet.clusterSnapshots.delete(snapshot.identifier);
  const folder = snapshot.content?.folder;
  if (folder === undefined) return;
  fleet.background(
    () => rm(folder, { recursive: true, force: true }),
    () => {},
  );
}
