import {
  asCluster,
  type ClusterDescription,
  lastingMembers,
  memberName,
} from '../../core/restore/cluster/description.ts';
import { handOverCluster } from '../../core/restore/cluster/hand-over.ts';
import {
  diffClusters,
  missingMembers,
  restoreClusterParameters,
  settleClusterParameters,
} from '../../core/restore/cluster/parameters.ts';
import { type InstanceDescription, text } from '../../core/restore/description.ts';
import { type Difference, diffInstances } from '../../core/restore/diff.ts';
import { restoredName } from '../../core/restore/names.ts';
import { handOver, restoreParameters, settleParameters } from '../../core/restore/parameters.ts';
import { type InstanceState, instanceState, pendingValues } from '../../core/restore/state.ts';
import type { App } from '../app.ts';
import type { RestoreState } from '../ports/run-store.ts';
import type { Description, Kind } from './description.ts';

type Tags = Readonly<Record<string, string>>;

/** From nothing to a copy that has every setting of its source. */
export interface Restoring {
  /** With all that belongs to it. */
  stateOf(description: Description): InstanceState;
  /** Asks for the copy; it has the name that `state` says. */
  begin(source: Description, state: RestoreState, tags: Tags): Promise<void>;
  /** Asks for what still has to be made beside the copy; false when nothing has. */
  complete(source: Description, restored: Description, runId: string, tags: Tags): Promise<boolean>;
  /** Gives the copy what the restore could not carry, and a password where it is its master's. */
  settle(source: Description, restored: Description, password: string | null): Promise<void>;
  /** What was asked of it and is not in force yet. */
  pendingOf(restored: Description): readonly string[];
  diff(source: Description, restored: Description, runId: string): readonly Difference[];
  handOver(source: Description): readonly string[];
  /** What tells the copy from the source, whatever they are called. */
  identityOf(source: Description, restored: Description, runId: string): Identity;
}

type Identity = Pick<RestoreState, 'restoredResourceId' | 'restoredMembers'>;

export const restoringOf = (app: App, kind: Kind): Restoring =>
  kind === 'cluster' ? restoringCluster(app) : restoringInstance(app);

const restoringInstance = (app: App): Restoring => ({
  stateOf: instanceState,
  begin: (source, { snapshotId, instanceId }, tags) =>
    app.rds.restoreInstance(restoreParameters(source, { snapshotId, instanceId, tags })),
  complete: async () => false,
  async settle(source, restored, password) {
    const parameters = {
      ...settleParameters(source, restored),
      ...(password === null ? {} : { MasterUserPassword: password }),
    };
    if (Object.keys(parameters).length === 0) return;
    const DBInstanceIdentifier = text(restored, 'DBInstanceIdentifier');
    await app.rds.modifyInstance({ ...parameters, DBInstanceIdentifier, ApplyImmediately: true });
  },
  pendingOf: pendingValues,
  diff: diffInstances,
  handOver,
  identityOf: (_source, restored) => ({ restoredResourceId: text(restored, 'DbiResourceId') ?? '' }),
});

/** The restore makes a cluster without instances, which are created one by one beside it. */
const restoringCluster = (app: App): Restoring => ({
  stateOf: (description) => clusterState(asCluster(description)),
  begin: (source, { snapshotId, instanceId }, tags) =>
    app.clusters.restoreCluster(
      restoreClusterParameters(asCluster(source), { snapshotId, clusterId: instanceId, tags }),
    ),
  async complete(source, restored, runId, tags) {
    const missing = missingMembers(asCluster(source), asCluster(restored), runId, tags);
    for (const member of missing) await app.clusters.createMember(member);
    return missing.length > 0;
  },
  async settle(source, restored, password) {
    const { cluster } = asCluster(restored);
    const parameters = {
      ...settleClusterParameters(asCluster(source), asCluster(restored)),
      ...(password === null ? {} : { MasterUserPassword: password }),
    };
    if (Object.keys(parameters).length === 0) return;
    const DBClusterIdentifier = text(cluster, 'DBClusterIdentifier');
    await app.clusters.modifyCluster({ ...parameters, DBClusterIdentifier, ApplyImmediately: true });
  },
  pendingOf: (restored) => allOf(asCluster(restored)).flatMap(pendingValues),
  diff: (source, restored, runId) => diffClusters(asCluster(source), asCluster(restored), runId),
  handOver: (source) => handOverCluster(asCluster(source)),
  identityOf: (source, restored, runId) => identityOf(asCluster(source), asCluster(restored), runId),
});

/** What is not in service of the cluster and its members; the worst first. */
function clusterState(description: ClusterDescription): InstanceState {
  const states = allOf(description).map(instanceState);
  return (
    states.find(({ is }) => is === 'failed') ??
    states.find(({ is }) => is === 'busy') ?? { is: 'available', status: 'available' }
  );
}

const allOf = ({ cluster, members }: ClusterDescription): readonly InstanceDescription[] => [
  cluster,
  ...members,
];

function identityOf(source: ClusterDescription, restored: ClusterDescription, runId: string): Identity {
  const pairs = lastingMembers(source).flatMap((member) => {
    const name = memberName(member);
    const copy = restored.members.find((one) => memberName(one) === restoredName(name, runId));
    const resourceId = copy === undefined ? null : text(copy, 'DbiResourceId');
    return resourceId === null ? [] : [[name, resourceId] as const];
  });
  return {
    restoredResourceId: text(restored.cluster, 'DbClusterResourceId') ?? '',
    restoredMembers: Object.fromEntries(pairs),
  };
}
