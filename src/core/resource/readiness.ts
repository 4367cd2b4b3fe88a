import { type InstanceDescription, number, part, text } from '../restore/description.ts';
import { instanceState, pendingValues } from '../restore/state.ts';
import type { TargetResource } from '../target.ts';
import { isWithin } from './window.ts';

/**
 * `stops`: the run cannot begin like this. `waits`: it passes by itself, and the run waits for it. `told`: the run
 * goes on, and who looks at it should know.
 */
export type Severity = 'stops' | 'waits' | 'told';

/** Something about the RDS instance or cluster that is not as a run wants it. */
export interface ReadinessFinding {
  readonly check: ReadinessCheck;
  readonly severity: Severity;
  readonly found: string;
  readonly remedy: string;
}

export type ReadinessCheck =
  | 'instance'
  | 'pending-changes'
  | 'maintenance-window'
  | 'backup-window'
  | 'backup-retention'
  | 'snapshot-quota'
  | 'instance-quota'
  | 'cluster-quota'
  | 'no-instance'
  | 'not-aurora'
  | 'blue-green'
  | 'encryption-key'
  | 'secret'
  | 'unreadable';

export interface Quota {
  readonly used: number;
  readonly max: number;
}

/** What was read of the instance and of what stands around it; null where it could not be read. */
export interface ResourceFacts {
  readonly identifier: string;
  readonly kind: TargetResource['kind'];
  /** The instance, or the cluster. */
  readonly resource: InstanceDescription | null;
  /** Of a cluster. */
  readonly members: readonly InstanceDescription[];
  /** Whether this run takes a snapshot, and may have to restore it. */
  readonly snapshot: boolean;
  readonly snapshots: Quota | null;
  readonly instances: Quota | null;
  /** Of clusters; null for an instance. */
  readonly clusters: Quota | null;
  /** Blue/green deployments of it, as RDS calls their state. */
  readonly deployments: readonly { readonly name: string; readonly status: string }[] | null;
  readonly secret: { readonly rotating: boolean; readonly deletedAt: string | null } | null;
  /** What could not be read, and why. */
  readonly unreadable: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Everything in which the instance is not ready for a run; those that stop it first. */
export function findUnreadiness(facts: ResourceFacts): readonly ReadinessFinding[] {
  const { kind, resource, members } = facts;
  if (resource === null) return [missing(kind, facts.identifier)];
  const found = [
    ...stateOf(resource, `the ${kind}`),
    ...members.flatMap((member) => stateOf(member, text(member, 'DBInstanceIdentifier') ?? 'a member')),
    ...(kind === 'cluster' ? kindOf(resource, members) : []),
    ...windowsOf(resource, kind, facts.now),
    ...members.flatMap((member) => windowsOf(member, kind, facts.now)),
    ...backupsOf(resource, facts),
    ...roomFor(facts),
    ...deploymentsOf(facts),
    ...secretOf(resource, facts),
    ...facts.unreadable.map(unreadable),
  ];
  const order: readonly Severity[] = ['stops', 'waits', 'told'];
  return found.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

const missing = (kind: TargetResource['kind'], identifier: string): ReadinessFinding => ({
  check: 'instance',
  severity: 'stops',
  found: `there is no DB ${kind} ${identifier}`,
  remedy: `check the name, account and Region of the ${kind} in the target`,
});

/** A cluster of another kind is restored in another way; one without an instance cannot be worked on. */
function kindOf(cluster: InstanceDescription, members: readonly InstanceDescription[]): ReadinessFinding[] {
  const engine = text(cluster, 'Engine') ?? 'unknown';
  if (!engine.startsWith('aurora')) {
    const found = `it is no Aurora cluster (its engine is ${engine})`;
    const remedy = 'a Multi-AZ DB cluster cannot be restored by Lockkeeper: give host and port only';
    return [{ check: 'not-aurora', severity: 'stops', found, remedy }];
  }
  if (members.length > 0) return [];
  const found = 'the cluster has no instance';
  return [{ check: 'no-instance', severity: 'stops', found, remedy: 'create an instance in the cluster' }];
}

const unreadable = (what: string): ReadinessFinding => ({
  check: 'unreadable',
  severity: 'told',
  found: what,
  remedy: 'grant the action named to the role, or see for yourself',
});

function stateOf(instance: InstanceDescription, what: string): ReadinessFinding[] {
  const { is, status } = instanceState(instance);
  if (status.startsWith('inaccessible-encryption-credentials')) {
    const key = text(instance, 'KmsKeyId') ?? `the KMS key of ${what}`;
    return [
      {
        check: 'encryption-key',
        severity: 'stops',
        found: `RDS cannot use ${key} (${status})`,
        remedy: `enable the key and its grants, then start ${what} again`,
      },
    ];
  }
  if (is === 'failed') {
    const remedy = `see what RDS says of the status ${status}, and bring ${what} to available`;
    return [{ check: 'instance', severity: 'stops', found: `${what} is ${status}`, remedy }];
  }
  if (is === 'busy') {
    const remedy = 'RDS is at work on it; the run goes on when it is available';
    return [{ check: 'instance', severity: 'waits', found: `${what} is ${status}`, remedy }];
  }
  const pending = pendingValues(instance);
  if (pending.length === 0) return [];
  return [
    {
      check: 'pending-changes',
      severity: 'stops',
      found: `changes of ${what} wait for the maintenance window: ${pending.join(', ')}`,
      remedy: 'apply or withdraw them first: a restore would drop them, and RDS may restart it in the middle',
    },
  ];
}

function windowsOf(
  instance: InstanceDescription,
  kind: TargetResource['kind'],
  now: number,
): ReadinessFinding[] {
  const windows = [
    ['maintenance-window', 'PreferredMaintenanceWindow', 'maintenance'],
    ['backup-window', 'PreferredBackupWindow', 'backup'],
  ] as const;
  return windows.flatMap(([check, field, name]) => {
    const window = text(instance, field);
    // Without backups nothing happens in their window.
    const idle = check === 'backup-window' && number(instance, 'BackupRetentionPeriod') === 0;
    if (window === null || idle || !isWithin(window, now)) return [];
    const found = `it is the ${kind}'s ${name} window (${window} UTC)`;
    return [{ check, severity: 'waits', found, remedy: 'the run goes on when it is over' } as const];
  });
}

function backupsOf(instance: InstanceDescription, { snapshot }: ResourceFacts): ReadinessFinding[] {
  if (number(instance, 'BackupRetentionPeriod') !== 0) return [];
  const found = snapshot
    ? "automated backups are off: the run's own snapshot is the only one"
    : 'automated backups are off, and the run takes no snapshot';
  return [
    {
      check: 'backup-retention',
      severity: 'told',
      found,
      remedy: 'set a backup retention above 0 days',
    },
  ];
}

function roomFor({ snapshot, snapshots, instances, clusters, members }: ResourceFacts): ReadinessFinding[] {
  if (!snapshot) return [];
  const full = (quota: Quota | null, wanted = 1): quota is Quota =>
    quota !== null && quota.used + wanted > quota.max;
  const copies = Math.max(1, members.length);
  return [
    ...(full(snapshots)
      ? [
          {
            check: 'snapshot-quota',
            severity: 'stops',
            found: `all ${snapshots.max} manual snapshots of the Region are in use`,
            remedy: 'delete snapshots that are no longer needed, or have the quota raised',
          } as const,
        ]
      : []),
    ...(full(instances, copies)
      ? [
          {
            check: 'instance-quota',
            severity: 'stops',
            found:
              copies === 1
                ? `all ${instances.max} DB instances of the Region are in use: a restore needs one more`
                : `${instances.used} of ${instances.max} DB instances of the Region are in use: a restore needs ${copies} more`,
            remedy: 'remove an instance that is no longer needed, or have the quota raised',
          } as const,
        ]
      : []),
    ...(full(clusters)
      ? [
          {
            check: 'cluster-quota',
            severity: 'stops',
            found: `all ${clusters.max} DB clusters of the Region are in use: a restore needs one more`,
            remedy: 'remove a cluster that is no longer needed, or have the quota raised',
          } as const,
        ]
      : []),
  ];
}

/** States in which a deployment no longer touches the instance (BlueGreenDeployment.Status of the RDS API). */
const over = new Set(['SWITCHOVER_COMPLETED', 'DELETED']);

function deploymentsOf({ deployments }: ResourceFacts): ReadinessFinding[] {
  return (deployments ?? [])
    .filter(({ status }) => !over.has(status))
    .map(({ name, status }) => ({
      check: 'blue-green',
      severity: 'stops',
      found: `the blue/green deployment ${name} is under way (${status})`,
      remedy: 'switch over or delete it first: schema changes break its replication, and it its names',
    }));
}

function secretOf(instance: InstanceDescription, { secret }: ResourceFacts): ReadinessFinding[] {
  if (secret !== null && secret.deletedAt !== null) {
    const found = `the secret is marked for deletion since ${secret.deletedAt}`;
    return [{ check: 'secret', severity: 'stops', found, remedy: 'restore the secret, or name another' }];
  }
  const managed = text(part(instance, 'MasterUserSecret'), 'SecretStatus');
  if (managed === 'impaired') {
    const remedy = 'see the event of the instance; usually the key or the secret is gone';
    return [{ check: 'secret', severity: 'stops', found: 'RDS says its managed secret is impaired', remedy }];
  }
  if (secret?.rotating !== true && managed !== 'rotating' && managed !== 'creating') return [];
  const found = `the secret is ${managed === 'creating' ? 'being made' : 'being rotated'}`;
  return [{ check: 'secret', severity: 'waits', found, remedy: 'the run goes on when it is done' }];
}
