import { type InstanceDescription, resourceIdOf } from '../description.ts';
import { instanceState, isRenaming } from '../state.ts';
import { nextSwapMove, type Roles, type SwapMove, type SwapResourceIds } from '../swap.ts';
import { type ClusterDescription, memberName } from './description.ts';
import { wantsDataApi } from './handed-settings.ts';

/** Two resources that change names, and what bears the three names now. */
export interface Exchange<Description> {
  readonly names: Roles<string>;
  readonly resourceIds: SwapResourceIds;
  readonly describe: Roles<Description | null>;
}

export interface ClusterExchange {
  readonly cluster: Exchange<ClusterDescription>;
  /** Each member that was restored, and the old one whose name it takes. */
  readonly members: readonly Exchange<InstanceDescription>[];
  /** The saved cluster was reached through the Data API. */
  readonly dataApi: boolean;
}

export type ClusterMove =
  | Exclude<SwapMove, { do: 'rename' }>
  | { readonly do: 'rename-cluster'; readonly from: string; readonly to: string }
  | {
      readonly do: 'rename-members';
      readonly pairs: readonly { readonly from: string; readonly to: string }[];
    }
  | { readonly do: 'switch-on-data-api'; readonly clusterId: string };

/**
 * The next step of a cluster's swap, from Describe alone. The order keeps the interruption in one piece:
 *
 * 1. The old cluster gives its name up: from now on nobody finds it. Sessions that are open live on, for Aurora
 *    renames a cluster without a restart.
 * 2. The old members take their new names: each restarts, which ends those sessions and the writes in them.
 * 3. The restored members take the old names and restart while nobody uses them.
 * 4. The restored cluster takes the old name and is in service; then the Data API is switched on, which a rename
 *    would have broken.
 */
export function nextClusterMove({ cluster, members, dataApi }: ClusterExchange): ClusterMove {
  const { names, resourceIds, describe } = cluster;
  const move = nextSwapMove(
    {
      original: describe.original?.cluster ?? null,
      restored: describe.restored?.cluster ?? null,
      failed: describe.failed?.cluster ?? null,
    },
    names,
    resourceIds,
    'cluster',
  );
  switch (move.do) {
    case 'wait':
    case 'attention':
      return move;
    case 'rename': {
      const before =
        move.to === names.original ? moveMembers(cluster, members) : readyMembers(describe.restored);
      return before ?? { do: 'rename-cluster', from: move.from, to: move.to };
    }
    case 'done': {
      const before = moveMembers(cluster, members);
      if (before !== null) return before;
      const served = describe.original?.cluster;
      if (!dataApi || served === undefined || wantsDataApi(served)) return { do: 'done' };
      return { do: 'switch-on-data-api', clusterId: names.original };
    }
    default:
      return move satisfies never;
  }
}

/** The old cluster is not let go before every instance of the restored one is in service. */
function readyMembers(restored: ClusterDescription | null): ClusterMove | null {
  for (const member of restored?.members ?? []) {
    const { is, status } = instanceState(member);
    const because = `${memberName(member)} is ${status}`;
    if (is === 'failed') return { do: 'attention', because };
    if (is === 'busy') return { do: 'wait', because };
  }
  return null;
}

/** What the members still have to do; null when each restored one bears the name of the old one and is in service. */
function moveMembers(
  cluster: Exchange<ClusterDescription>,
  members: readonly Exchange<InstanceDescription>[],
): ClusterMove | null {
  const moves = members.map((member) => moveMember(member, isGone(cluster, member)));
  const pairs = moves.flatMap((move) => (move.do === 'rename' ? [{ from: move.from, to: move.to }] : []));
  // A member that cannot go on holds up none of the others.
  if (pairs.length > 0) return { do: 'rename-members', pairs };
  for (const what of ['attention', 'wait'] as const) {
    const because = moves.flatMap((move) => (move.do === what ? [move.because] : []));
    if (because.length > 0) return { do: what, because: because.join('; ') };
  }
  return null;
}

function moveMember(member: Exchange<InstanceDescription>, oldIsGone: boolean): SwapMove {
  const { names, resourceIds, describe } = member;
  if (!oldIsGone) return nextSwapMove(describe, names, resourceIds);
  const { original, restored } = describe;
  // With the old one gone its name is free, and there is nothing to be moved away.
  if (original === null && restored === null) {
    return { do: 'wait', because: `${names.restored} is on its way to ${names.original}` };
  }
  if (
    original === null &&
    restored !== null &&
    instanceState(restored).is === 'available' &&
    !isRenaming(restored)
  ) {
    return { do: 'rename', from: names.restored, to: names.original };
  }
  if (original !== null && resourceIdOf(original) === resourceIds.restored) {
    const { is, status } = instanceState(original);
    if (is === 'available') return { do: 'done' };
    const because = `${names.original} is ${status}`;
    return is === 'busy' ? { do: 'wait', because } : { do: 'attention', because };
  }
  return nextSwapMove(describe, names, resourceIds);
}

/** Deleted since the restore point, as readers may be: the old cluster lists it under neither of its names. */
function isGone(
  { describe, resourceIds }: Exchange<ClusterDescription>,
  member: Exchange<InstanceDescription>,
): boolean {
  const seen = Object.values(member.describe).some(
    (found) => found !== null && resourceIdOf(found) === member.resourceIds.old,
  );
  const old = Object.values(describe).find(
    (found) => found !== null && resourceIdOf(found.cluster) === resourceIds.old,
  );
  if (seen || old === undefined || old === null) return false;
  const listed = new Set(listedMembers(old));
  return !listed.has(member.names.original) && !listed.has(member.names.failed);
}

const listedMembers = ({ cluster }: ClusterDescription): readonly string[] => {
  const { DBClusterMembers: members } = cluster;
  return Array.isArray(members) ? members.map((member: InstanceDescription) => memberName(member)) : [];
};
