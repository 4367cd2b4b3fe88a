import { expect, it } from 'vitest';
import { findUnreadiness, type ResourceFacts } from '../../../src/core/resource/readiness.ts';
import type { InstanceDescription } from '../../../src/core/restore/description.ts';

const instance: InstanceDescription = {
  DBInstanceIdentifier: 'orders',
  DBInstanceStatus: 'available',
  BackupRetentionPeriod: 7,
  PreferredBackupWindow: '03:00-03:30',
  PreferredMaintenanceWindow: 'sun:05:00-sun:05:30',
  PendingModifiedValues: {},
};
const facts: ResourceFacts = {
  identifier: 'orders',
  kind: 'instance',
  resource: instance,
  members: [],
  clusters: null,
  snapshot: true,
  snapshots: { used: 99, max: 100 },
  instances: { used: 39, max: 40 },
  deployments: [{ name: 'earlier', status: 'SWITCHOVER_COMPLETED' }],
  secret: { rotating: false, deletedAt: null },
  unreadable: [],
  now: Date.parse('2026-01-04T12:00:00Z'),
};
const with_ = (patch: InstanceDescription): Partial<ResourceFacts> => ({
  resource: { ...instance, ...patch },
});

it('finds nothing in an instance that is ready', () => {
  expect(findUnreadiness(facts)).toEqual([]);
});

it.each<[string, string, string, Partial<ResourceFacts>, RegExp]>([
  ['instance', 'stops', 'is not there', { resource: null }, /no DB instance orders/],
  ['instance', 'stops', 'is stopped', with_({ DBInstanceStatus: 'stopped' }), /is stopped/],
  ['instance', 'waits', 'is being changed', with_({ DBInstanceStatus: 'modifying' }), /is modifying/],
  [
    'pending-changes',
    'stops',
    'has changes pending',
    with_({ PendingModifiedValues: { MultiAZ: true } }),
    /MultiAZ/,
  ],
  [
    'encryption-key',
    'stops',
    'has lost its key',
    with_({ DBInstanceStatus: 'inaccessible-encryption-credentials-recoverable', KmsKeyId: 'key/1' }),
    /RDS cannot use key\/1/,
  ],
  [
    'backup-window',
    'waits',
    'is being backed up',
    { now: Date.parse('2026-01-05T03:10:00Z') },
    /03:00-03:30/,
  ],
  [
    'maintenance-window',
    'waits',
    'is in its maintenance window',
    { now: Date.parse('2026-01-04T05:10:00Z') },
    /sun:05:00-sun:05:30/,
  ],
  [
    'backup-retention',
    'told',
    'has no backups',
    with_({ BackupRetentionPeriod: 0 }),
    /own snapshot is the only/,
  ],
  [
    'snapshot-quota',
    'stops',
    'has no room for a snapshot',
    { snapshots: { used: 100, max: 100 } },
    /all 100/,
  ],
  ['instance-quota', 'stops', 'has no room for a restore', { instances: { used: 40, max: 40 } }, /all 40/],
  [
    'blue-green',
    'stops',
    'is in a blue/green deployment',
    { deployments: [{ name: 'upgrade', status: 'AVAILABLE' }] },
    /upgrade is under way \(AVAILABLE\)/,
  ],
  ['secret', 'waits', 'is in rotation', { secret: { rotating: true, deletedAt: null } }, /rotated/],
  [
    'secret',
    'waits',
    'has its managed secret rotated',
    with_({ MasterUserSecret: { SecretStatus: 'rotating' } }),
    /rotated/,
  ],
  [
    'secret',
    'stops',
    'has an impaired secret',
    with_({ MasterUserSecret: { SecretStatus: 'impaired' } }),
    /impaired/,
  ],
  [
    'secret',
    'stops',
    'loses its secret',
    { secret: { rotating: false, deletedAt: '2026-01-01' } },
    /deletion/,
  ],
  ['unreadable', 'told', 'cannot be read in full', { unreadable: ['quotas: denied'] }, /denied/],
])('%s %s a run whose instance %s', (check, severity, _what, patch, found) => {
  expect(findUnreadiness({ ...facts, ...patch })).toEqual([
    { check, severity, found: expect.stringMatching(found), remedy: expect.stringMatching(/.{10}/) },
  ]);
});

it('names what stops before what passes by itself', () => {
  const found = findUnreadiness({
    ...facts,
    ...with_({ PendingModifiedValues: { MultiAZ: true }, BackupRetentionPeriod: 0 }),
    secret: { rotating: true, deletedAt: null },
  });
  expect(found.map(({ severity }) => severity)).toEqual(['stops', 'waits', 'told']);
});

it('asks for no room where no snapshot is taken, and for no backup window where there are no backups', () => {
  const full = { used: 1, max: 1 };
  const none = with_({ BackupRetentionPeriod: 0 });
  const now = Date.parse('2026-01-05T03:10:00Z');
  const found = findUnreadiness({
    ...facts,
    ...none,
    now,
    snapshot: false,
    snapshots: full,
    instances: full,
  });
  expect(found.map(({ check }) => check)).toEqual(['backup-retention']);
});

const member = { ...instance, DBInstanceIdentifier: 'catalog-1' };
const clusterFacts: ResourceFacts = {
  ...facts,
  identifier: 'catalog',
  kind: 'cluster',
  resource: { ...instance, DBInstanceStatus: undefined, Status: 'available', Engine: 'aurora-postgresql' },
  members: [member, { ...member, DBInstanceIdentifier: 'catalog-2' }],
  instances: { used: 38, max: 40 },
  clusters: { used: 39, max: 40 },
};
const ofCluster = (patch: InstanceDescription): Partial<ResourceFacts> => ({
  resource: { ...clusterFacts.resource, ...patch },
});

it('finds nothing in a cluster that is ready', () => {
  expect(findUnreadiness(clusterFacts)).toEqual([]);
});

it.each<[string, string, string, Partial<ResourceFacts>, RegExp]>([
  ['instance', 'stops', 'is not there', { resource: null }, /no DB cluster catalog/],
  ['instance', 'waits', 'is being changed', ofCluster({ Status: 'modifying' }), /the cluster is modifying/],
  [
    'instance',
    'waits',
    'has an instance that is not to be seen',
    { members: [member, { DBInstanceIdentifier: 'catalog-2' }] },
    /catalog-2 is unknown/,
  ],
  ['not-aurora', 'stops', 'is of another kind', ofCluster({ Engine: 'postgres' }), /engine is postgres/],
  ['no-instance', 'stops', 'has no instance', { members: [] }, /no instance/],
  [
    'instance-quota',
    'stops',
    'has no room for its instances',
    { instances: { used: 39, max: 40 } },
    /2 more/,
  ],
  ['cluster-quota', 'stops', 'has no room for a second', { clusters: { used: 40, max: 40 } }, /one more/],
])('finds %s, which %s a run, in a cluster that %s', (check, severity, _when, patch, found) => {
  expect(findUnreadiness({ ...clusterFacts, ...patch })).toEqual([
    { check, severity, found: expect.stringMatching(found), remedy: expect.stringMatching(/\w/) },
  ]);
});
