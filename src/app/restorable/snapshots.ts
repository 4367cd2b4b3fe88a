import type { TargetResource } from '../../core/target.ts';
import type { App } from '../app.ts';
import type { SnapshotState } from '../ports/cloud.ts';
import type { Kind } from './description.ts';

/** Null when there is none of that name. */
export const describeSnapshot = (app: App, kind: Kind, snapshotId: string): Promise<SnapshotState | null> =>
  kind === 'instance'
    ? app.rds.describeSnapshot(snapshotId)
    : app.clusters.describeClusterSnapshot(snapshotId);

export const createSnapshot = (
  app: App,
  { kind, id }: TargetResource,
  snapshotId: string,
  tags: Readonly<Record<string, string>>,
): Promise<SnapshotState> =>
  kind === 'instance'
    ? app.rds.createSnapshot(id, snapshotId, tags)
    : app.clusters.createClusterSnapshot(id, snapshotId, tags);
