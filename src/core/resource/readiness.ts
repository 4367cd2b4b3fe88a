import { type InstanceDescription, number, part, text } from '../restore/description.ts';
import { instanceState, pendingValues } from '../restore/state.ts';
import { isWithin } from './window.ts';

/**
 * `stops`: the run cannot begin like this. `waits`: it passes by itself, and the run waits for it. `told`: the run
 * goes on, and who looks at it should know.
 */
export type Severity = 'stops' | 'waits' | 'told';

/** Something about the RDS instance that is not as a run wants it. */
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
  readonly instance: InstanceDescription | null;
  /** Whether this run takes a snapshot, and may have to restore it. */
  readonly snapshot: boolean;
  readonly snapshots: Quota | null;
  readonly instances: Quota | null;
  /** Blue/green deployments of the instance, as RDS calls their state. */
  readonly deployments: readonly { readonly name: string; readonly status: string }[] | null;
  readonly secret: { readonly rotating: boolean; readonly deletedAt: string | null } | null;
  /** What could not be read, and why. */
  readonly unreadable: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Everything in which the instance is not ready for a run; those that stop it first. */
export function findUnreadiness(facts: ResourceFacts): readonly ReadinessFinding[] {
  if (facts.instance === null) return [missing(facts.identifier)];
  const found = [
    ...stateOf(facts.instance),
    ...windowsOf(facts.instance, facts.now),
    ...backupsOf(facts.instance, facts),
    ...roomFor(facts),
    ...deploymentsOf(facts),
    ...secretOf(facts.instance, facts),
    ...facts.unreadable.map(unreadable),
  ];
  const order: readonly Severity[] = ['stops', 'waits', 'told'];
  return found.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

const missing = (identifier: string): ReadinessFinding => ({
  check: 'instance',
  severity: 'stops',
  found: `there is no DB instance ${identifier}`,
  remedy: 'check the name, account and Region of the instance in the target',
});

const unreadable = (what: string): ReadinessFinding => ({
  check: 'unreadable',
  severity: 'told',
  found: what,
  remedy: 'grant the action named to the role, or see for yourself',
});

function stateOf(instance: InstanceDescription): ReadinessFinding[] {
  const { is, status } = instanceState(instance);
  if (status.startsWith('inaccessible-encryption-credentials')) {
    const key = text(instance, 'KmsKeyId') ?? 'the KMS key of the instance';
    return [
      {
        check: 'encryption-key',
        severity: 'stops',
        found: `RDS cannot use ${key} (${status})`,
        remedy: 'enable the key and its grants, then start the instance again',
      },
    ];
  }
  if (is === 'failed') {
    const remedy = `see what RDS says of the status ${status}, and bring the instance to available`;
    return [{ check: 'instance', severity: 'stops', found: `the instance is ${status}`, remedy }];
  }
  if (is === 'busy') {
    const remedy = 'RDS is at work on it; the run goes on when it is available';
    return [{ check: 'instance', severity: 'waits', found: `the instance is ${status}`, remedy }];
  }
  const pending = pendingValues(instance);
  if (pending.length === 0) return [];
  return [
    {
      check: 'pending-changes',
      severity: 'stops',
      found: `changes wait for the maintenance window: ${pending.join(', ')}`,
      remedy: 'apply or withdraw them first: a restore would drop them, and RDS may restart it in the middle',
    },
  ];
}

function windowsOf(instance: InstanceDescription, now: number): ReadinessFinding[] {
  const windows = [
    ['maintenance-window', 'PreferredMaintenanceWindow', 'maintenance'],
    ['backup-window', 'PreferredBackupWindow', 'backup'],
  ] as const;
  return windows.flatMap(([check, field, name]) => {
    const window = text(instance, field);
    // Without backups nothing happens in their window.
    const idle = check === 'backup-window' && number(instance, 'BackupRetentionPeriod') === 0;
    if (window === null || idle || !isWithin(window, now)) return [];
    const found = `it is the instance's ${name} window (${window} UTC)`;
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

function roomFor({ snapshot, snapshots, instances }: ResourceFacts): ReadinessFinding[] {
  if (!snapshot) return [];
  const full = (quota: Quota | null): quota is Quota => quota !== null && quota.used >= quota.max;
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
    ...(full(instances)
      ? [
          {
            check: 'instance-quota',
            severity: 'stops',
            found: `all ${instances.max} DB instances of the Region are in use: a restore needs one more`,
            remedy: 'remove an instance that is no longer needed, or have the quota raised',
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
