import { type InstanceDescription, resourceIdOf } from './description.ts';
import { instanceState, isRenaming } from './state.ts';

/** The three names of a swap, or what each of them shows. */
export interface Roles<Value> {
  /** The name that applications know. */
  readonly original: Value;
  /** The name under which the snapshot was restored. */
  readonly restored: Value;
  /** The name that the replaced instance gets. */
  readonly failed: Value;
}

/** Who is who, whatever they are called: names move, resource ids stay. */
export interface SwapResourceIds {
  readonly old: string;
  readonly restored: string;
}

export type SwapMove =
  | { readonly do: 'rename'; readonly from: string; readonly to: string }
  /** Something is under way; the caller has a deadline. */
  | { readonly do: 'wait'; readonly because: string }
  /** The restored instance bears the original's name and is in service. */
  | { readonly do: 'done' }
  /** Nothing that can be done here is safe. */
  | { readonly do: 'attention'; readonly because: string };

type Role = keyof Roles<unknown>;
const roleOrder: readonly Role[] = ['original', 'restored', 'failed'];

/**
 * The next step of the swap old → failed, restored → original, from what Describe says of the three names and
 * from nothing else, so that it may be asked again after a crash at any instant. The old instance moves away
 * only while the restored one stands ready, and a name is taken only when it is free.
 */
export function nextSwapMove(
  describe: Roles<InstanceDescription | null>,
  names: Roles<string>,
  resourceIds: SwapResourceIds,
  noun: 'instance' | 'cluster' = 'instance',
): SwapMove {
  if (new Set(Object.values(names)).size < 3 || resourceIds.old === resourceIds.restored) {
    return attention(`the names or the ${noun}s of the swap are not distinct`);
  }
  for (const role of roleOrder) {
    const found = describe[role];
    const id = found === null ? null : resourceIdOf(found);
    if (found !== null && id !== resourceIds.old && id !== resourceIds.restored) {
      return attention(
        `the name ${names[role]} is borne by another ${noun}, which is no part of this swap (${id ?? 'no resource id'})`,
      );
    }
  }
  const old = locate(describe, resourceIds.old);
  const restored = locate(describe, resourceIds.restored);
  // While RDS renames, an instance may show under two names or under none.
  if (old.length > 1 || restored.length > 1) return wait('a rename is under way');
  return decide(old[0] ?? null, restored[0] ?? null, names, noun);
}

interface Place {
  readonly role: Role;
  readonly description: InstanceDescription;
}

function locate(describe: Roles<InstanceDescription | null>, resourceId: string): readonly Place[] {
  return roleOrder.flatMap((role) => {
    const description = describe[role];
    return description !== null && resourceIdOf(description) === resourceId ? [{ role, description }] : [];
  });
}

function decide(old: Place | null, restored: Place | null, names: Roles<string>, noun: string): SwapMove {
  if (old?.role === 'restored' || restored?.role === 'failed') {
    return attention(`the two ${noun}s bear each other’s names`);
  }
  if ((old && isRenaming(old.description)) || (restored && isRenaming(restored.description))) {
    return wait('a rename is under way');
  }
  if (restored?.role === 'original') return whenReady(restored, { do: 'done' }, names);
  if (old?.role === 'original') {
    if (restored === null) {
      return attention(`${names.restored} is not there; ${names.original} is still the old ${noun}`);
    }
    const moveAway: SwapMove = { do: 'rename', from: names.original, to: names.failed };
    const ready = whenReady(restored, moveAway, names);
    return ready.do === 'rename' ? whenReady(old, moveAway, names) : ready;
  }
  if (old?.role === 'failed') {
    if (restored === null) return wait(`${names.restored} is on its way to ${names.original}`);
    return whenReady(restored, { do: 'rename', from: names.restored, to: names.original }, names);
  }
  if (restored === null) return attention(`neither ${noun} is to be seen under any of the three names`);
  return wait(`the old ${noun} is on its way to ${names.failed}`);
}

function whenReady(place: Place, move: SwapMove, names: Roles<string>): SwapMove {
  const { is, status } = instanceState(place.description);
  if (is === 'available') return move;
  const what = `${names[place.role]} is ${status}`;
  if (is === 'busy') return wait(what);
  const nameless = place.role === 'restored' && move.do === 'rename' && move.to === names.original;
  return attention(nameless ? `${what} and nothing bears the name ${names.original}` : what);
}

const wait = (because: string): SwapMove => ({ do: 'wait', because });
const attention = (because: string): SwapMove => ({ do: 'attention', because });
