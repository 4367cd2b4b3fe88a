import type { Problem } from '../errors.ts';
import type { SnapshotPolicy } from '../manifest/manifest.ts';
import type { Migration } from '../migration.ts';
import type { Direction, RestorePointDecision } from './plan.ts';

/** Seconds after which the contract is not begun on the restore point of the start. */
const renewAfterSeconds = 3600;

/** Another way to a restore point in its stead would not be what was asked for. */
export function refuseClone(migration: Migration, direction: Direction): Problem[] {
  const snapshot = direction === 'up' ? migration.manifest?.snapshot : undefined;
  if (snapshot?.value !== 'clone') return [];
  const { path: file, line, column } = snapshot;
  const message = 'a clone as a restore point is not supported yet: there would be none';
  const expected = 'always or auto, for a snapshot of the instance or cluster; never, for none';
  return [{ file, line, column, path: 'snapshot', message, expected }];
}

/**
 * Whether a snapshot is taken before the first change; `needed` where some step cannot be undone without loss.
 * @param leftBehind what a restore would not take along, by name
 */
export function decideRestorePoint(
  policy: SnapshotPolicy,
  restorable: boolean,
  needed: boolean,
  leftBehind: readonly string[] = [],
): RestorePointDecision {
  const no = (reason: string): RestorePointDecision => ({ take: false, renewAfterSeconds, reason });
  const yes = (reason: string): RestorePointDecision => ({
    take: true,
    renewAfterSeconds,
    reason:
      leftBehind.length === 0
        ? reason
        : `${reason}; a restore would leave these with the old instance: ${leftBehind.join(', ')}`,
  });
  if (!restorable) {
    return no('none: this target is a plain database URL, so there is no snapshot to go back to');
  }
  switch (policy) {
    case 'never':
      return no('none: the manifest says snapshot: never');
    case 'auto':
      return needed
        ? yes('a snapshot: some step cannot be undone without loss')
        : no('none: every step can be undone by the down script (snapshot: auto)');
    case 'always':
      return yes('a snapshot before the first change');
    case 'clone':
      return no('none: a clone cannot be taken');
    default:
      return policy satisfies never;
  }
}
