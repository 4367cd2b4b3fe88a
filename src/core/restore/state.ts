import { type InstanceDescription, part, text } from './description.ts';

export interface InstanceState {
  /** `available`: takes connections and modifications. `busy`: wait. `failed`: it will not get there by itself. */
  readonly is: 'available' | 'busy' | 'failed';
  /** RDS's own status word. */
  readonly status: string;
}

/**
 * Working states in which RDS also accepts a modification or a snapshot. After a restore the volume is still
 * being filled from S3 (`storage-initialization`) or spread out (`storage-optimization`): slow, but in service.
 */
const inService = new Set(['available', 'storage-optimization', 'storage-initialization']);

/**
 * Words that waiting does not cure: the failure states of the SDK's own waiter and of the RDS user guide's
 * list of instance statuses. A stopped instance is among them because only a person starts it.
 */
const failures = new Set([
  'cloning-failed',
  'delete-precheck',
  'deleted',
  'deleting',
  'failed',
  'inaccessible-encryption-credentials',
  'inaccessible-encryption-credentials-recoverable',
  'incompatible-create',
  'incompatible-credentials',
  'incompatible-network',
  'incompatible-option-group',
  'incompatible-parameters',
  'incompatible-restore',
  'insufficient-capacity',
  'migration-failed',
  'restore-error',
  'stopped',
  'storage-full',
]);

/** A word that is not known counts as busy: whoever waits has a deadline. */
export function instanceState(description: InstanceDescription): InstanceState {
  const status = statusOf(description);
  if (inService.has(status)) return { is: 'available', status };
  return { is: failures.has(status) ? 'failed' : 'busy', status };
}

/** A cluster's field has another name. */
const statusOf = (description: InstanceDescription): string =>
  text(description, 'DBInstanceStatus') ?? text(description, 'Status') ?? 'unknown';

/** A rename is asked for or under way. For some seconds after the call only the pending values tell. */
export function isRenaming(description: InstanceDescription): boolean {
  // A rename that has failed leaves the pending values as they were: nothing is under way any more.
  if (instanceState(description).is === 'failed') return false;
  const pending = part(description, 'PendingModifiedValues');
  return (
    statusOf(description) === 'renaming' ||
    text(pending, 'DBInstanceIdentifier') !== null ||
    text(pending, 'DBClusterIdentifier') !== null
  );
}

/**
 * Whether everything asked of a restored instance has happened. For some seconds after a modification RDS says
 * `available` while the new values are still pending, so the status alone is believed too early.
 */
export function isSettled(restored: InstanceDescription): boolean {
  return instanceState(restored).is === 'available' && pendingValues(restored).length === 0;
}

/** Names of the values that a modification has asked for and that are not in force yet. */
export function pendingValues(description: InstanceDescription): readonly string[] {
  const pending = part(description, 'PendingModifiedValues');
  return Object.keys(pending)
    .filter((name) => !isEmpty(pending[name]))
    .sort();
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
