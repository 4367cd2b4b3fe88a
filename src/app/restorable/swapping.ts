import { asCluster, lastingMembers, memberName } from '../../core/restore/cluster/description.ts';
import { wantsDataApi } from '../../core/restore/cluster/handed-settings.ts';
import { type ClusterMove, nextClusterMove } from '../../core/restore/cluster/swap.ts';
import { text } from '../../core/restore/description.ts';
import { failedName, restoredName } from '../../core/restore/names.ts';
import { nextSwapMove } from '../../core/restore/swap.ts';
import type { TargetResource } from '../../core/target.ts';
import type { App } from '../app.ts';
import type { RestoreState } from '../ports/run-store.ts';
import type { Description } from './description.ts';

export type Move =
  | { readonly do: 'act'; readonly words: string; readonly act: () => Promise<void> }
  | { readonly do: 'wait' | 'attention'; readonly because: string }
  | { readonly do: 'done' };

/** The next step of the swap, from what Describe says now. */
export const nextMove = (
  app: App,
  { kind, id }: TargetResource,
  source: Description,
  state: RestoreState,
  runId: string,
): Promise<Move> =>
  kind === 'cluster' ? nextOfCluster(app, id, source, state, runId) : nextOfInstance(app, id, source, state);

async function nextOfInstance(
  app: App,
  id: string,
  source: Description,
  { instanceId, failedId, restoredResourceId = '' }: RestoreState,
): Promise<Move> {
  const { names, resourceIds, describe } = await seen(
    (name) => app.rds.describeInstance(name),
    { original: id, restored: instanceId, failed: failedId },
    { old: text(source, 'DbiResourceId') ?? '', restored: restoredResourceId },
  );
  const move = nextSwapMove(describe, names, resourceIds);
  if (move.do !== 'rename') return move;
  const { from, to } = move;
  return { do: 'act', words: `renaming ${from} to ${to}`, act: () => app.rds.renameInstance(from, to) };
}

async function nextOfCluster(
  app: App,
  id: string,
  saved: Description,
  { instanceId, failedId, restoredResourceId = '', restoredMembers = {} }: RestoreState,
  runId: string,
): Promise<Move> {
  const source = asCluster(saved);
  const members = lastingMembers(source).flatMap((member) => {
    const restored = restoredMembers[memberName(member)];
    return restored === undefined ? [] : [{ member, restored }];
  });
  const move = nextClusterMove({
    cluster: await seen(
      (name) => app.clusters.describeCluster(name),
      { original: id, restored: instanceId, failed: failedId },
      { old: text(source.cluster, 'DbClusterResourceId') ?? '', restored: restoredResourceId },
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
}

function carriedOut(app: App, move: ClusterMove): Move {
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
