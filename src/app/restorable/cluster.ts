import {
  asCluster,
  type ClusterDescription,
  lastingMembers,
  memberName,
} from '../../core/restore/cluster/description.ts';
import { handOverCluster } from '../../core/restore/cluster/hand-over.ts';
import { wantsDataApi } from '../../core/restore/cluster/handed-settings.ts';
import {
  diffClusters,
  missingMembers,
  restoreClusterParameters,
  settleClusterParameters,
} from '../../core/restore/cluster/parameters.ts';
import { type ClusterMove, nextClusterMove } from '../../core/restore/cluster/swap.ts';
import { type InstanceDescription, text } from '../../core/restore/description.ts';
import { failedName, restoredName } from '../../core/restore/names.ts';
import { type InstanceState, instanceState, pendingValues } from '../../core/restore/state.ts';
import type { App } from '../app.ts';
import { clusterEndpoint } from '../endpoint.ts';
import type { RestoreState } from '../ports/run-store.ts';
import type { Description, Move, Restorable } from './restorable.ts';

/** An Aurora cluster: the restore makes it without instances, which are created one by one beside it. */
export function clusterOf(app: Pick<App, 'rds' | 'clusters'>, id: string): Restorable {
  const { clusters } = app;
  return {
    kind: 'cluster',
    id,
    describe: async (name) => asSaved(await clusters.describeCluster(name)),
    stateOf: (description) => stateOf(asCluster(description)),
    endpointOf: (description) => clusterEndpoint(asCluster(description).cluster),
    masterOf: (description) => text(asCluster(description).cluster, 'MasterUsername'),

    describeSnapshot: (snapshotId) => clusters.describeClusterSnapshot(snapshotId),
    createSnapshot: (snapshotId, tags) => clusters.createClusterSnapshot(id, snapshotId, tags),

    begin: (source, { snapshotId, instanceId }, tags) =>
      clusters.restoreCluster(
        restoreClusterParameters(asCluster(source), { snapshotId, clusterId: instanceId, tags }),
      ),
    async complete(source, restored, runId, tags) {
      const missing = missingMembers(asCluster(source), asCluster(restored), runId, tags);
      for (const member of missing) await clusters.createMember(member);
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
      await clusters.modifyCluster({ ...parameters, DBClusterIdentifier, ApplyImmediately: true });
    },
    pendingOf: (restored) => allOf(asCluster(restored)).flatMap(pendingValues),
    diff: (source, restored, runId) => diffClusters(asCluster(source), asCluster(restored), runId),
    handOver: (source) => handOverCluster(asCluster(source)),
    identityOf: (source, restored, runId) => identityOf(asCluster(source), asCluster(restored), runId),

    async nextMove(saved, state, runId) {
      const source = asCluster(saved);
      const { restoredMembers = {} } = state;
      const members = lastingMembers(source).flatMap((member) => {
        const restored = restoredMembers[memberName(member)];
        return restored === undefined ? [] : [{ member, restored }];
      });
      const move = nextClusterMove({
        cluster: await seen(
          (name) => clusters.describeCluster(name),
          { original: id, restored: state.instanceId, failed: state.failedId },
          {
            old: text(source.cluster, 'DbClusterResourceId') ?? '',
            restored: state.restoredResourceId ?? '',
          },
        ),
        members: await Promise.all(
          members.map(({ member, restored }) => {
            const name = memberName(member);
            return seen(
              (one) => app.rds.describeInstance(one),
              { original: name, restored: restoredName(name, runId), failed: failedName(name, runId) },
              { old: text(member, 'DbiResourceId') ?? '', restored },
            );
          }),
        ),
        dataApi: wantsDataApi(source.cluster),
      });
      return carriedOut(app, move);
    },
  };
}

function carriedOut(app: Pick<App, 'rds' | 'clusters'>, move: ClusterMove): Move {
  switch (move.do) {
    case 'rename-cluster': {
      const { from, to } = move;
      const words = `renaming the cluster ${from} to ${to}`;
      return { do: 'act', words, act: () => app.clusters.renameCluster(from, to) };
    }
    case 'rename-members':
      return {
        do: 'act',
        words: `renaming ${move.pairs.map(({ from, to }) => `${from} to ${to}`).join(', ')}`,
        async act() {
          for (const { from, to } of move.pairs) await app.rds.renameInstance(from, to);
        },
      };
    case 'switch-on-data-api':
      return {
        do: 'act',
        words: `switching on the Data API of ${move.clusterId}`,
        act: () => app.clusters.switchOnDataApi(move.clusterId),
      };
    default:
      return move;
  }
}

/** What bears each of the three names of an exchange. */
async function seen<Found>(
  describe: (name: string) => Promise<Found | null>,
  names: { readonly original: string; readonly restored: string; readonly failed: string },
  resourceIds: { readonly old: string; readonly restored: string },
) {
  const [original, restored, failed] = await Promise.all([
    describe(names.original),
    describe(names.restored),
    describe(names.failed),
  ]);
  return { names, resourceIds, describe: { original, restored, failed } };
}

/** What is not in service of the cluster and its members; the worst first. */
function stateOf(description: ClusterDescription): InstanceState {
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

function identityOf(
  source: ClusterDescription,
  restored: ClusterDescription,
  runId: string,
): Pick<RestoreState, 'restoredResourceId' | 'restoredMembers'> {
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

const asSaved = (description: ClusterDescription | null): Description | null =>
  description === null ? null : { ...description };
