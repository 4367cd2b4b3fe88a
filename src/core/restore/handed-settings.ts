import { canonicalJson } from '../canonical-json.ts';
import { type InstanceDescription, part, parts, tagsOf, text, texts } from './description.ts';
import { managedByTag, ownTagPrefix } from './names.ts';
import type { Setting } from './setting.ts';

/** Settings that no call of ours carries: each says what a person has to do, and explains the difference by it. */
export const handedSettings: readonly Setting[] = [
  {
    setting: 'associated IAM roles',
    fields: ['AssociatedRoles'],
    onRestore: 'none',
    read: (it) => roles(it),
    explain: (source) => (roles(source).length === 0 ? null : byHand),
    handOver: (source) => roles(source).map((role) => `associate the IAM role ${role} (AddRoleToDBInstance)`),
  },
  {
    setting: 'read replicas',
    fields: ['ReadReplicaDBInstanceIdentifiers', 'ReadReplicaDBClusterIdentifiers'],
    onRestore: 'none; they stay with the old instance',
    read: (it) => replicasOf(it),
    explain: (source) => (replicasOf(source).length === 0 ? null : byHand),
    handOver: (source) =>
      replicasOf(source).map(
        (replica) => `${replica} still replicates from the old instance: create it anew`,
      ),
  },
  {
    setting: 'automated backup replication',
    fields: ['DBInstanceAutomatedBackupsReplications'],
    onRestore: 'none',
    read: (it) => backupReplications(it),
    explain: (source) => (backupReplications(source).length === 0 ? null : byHand),
    handOver: (source) =>
      backupReplications(source).map(
        (arn) => `start the replication of automated backups again; ${arn} belongs to the old instance`,
      ),
  },
  {
    setting: 'activity stream',
    fields: [
      'ActivityStreamStatus',
      'ActivityStreamKmsKeyId',
      'ActivityStreamKinesisStreamName',
      'ActivityStreamMode',
      'ActivityStreamEngineNativeAuditFieldsIncluded',
      'ActivityStreamPolicyStatus',
    ],
    onRestore: 'stopped',
    read: (it) => [streams(it), text(it, 'ActivityStreamMode'), text(it, 'ActivityStreamKinesisStreamName')],
    explain: (source) => (streams(source) ? byHand : null),
    handOver: (source) =>
      streams(source)
        ? [
            `start the database activity stream again (mode ${text(source, 'ActivityStreamMode') ?? 'unknown'}): ` +
              'it gets a new Kinesis stream, because the name contains the resource id',
          ]
        : [],
  },
  {
    setting: 'managed master password',
    fields: ['MasterUserSecret'],
    onRestore: 'not managed; the restore parameter is for Oracle only',
    read: (it) => text(part(it, 'MasterUserSecret'), 'SecretArn'),
    explain: (source) => (text(part(source, 'MasterUserSecret'), 'SecretArn') === null ? null : byHand),
    handOver: (source) => {
      const secret = text(part(source, 'MasterUserSecret'), 'SecretArn');
      if (secret === null) return [];
      return [
        `the secret ${secret} is managed by RDS for the old instance: turn management on for the restored one ` +
          '(ModifyDBInstance ManageMasterUserPassword) and give applications and Lockkeeper its new secret ARN',
      ];
    },
  },
  {
    setting: 'TDE credential',
    fields: ['TdeCredentialArn'],
    onRestore: 'needs a password that Lockkeeper does not have',
    read: (it) => text(it, 'TdeCredentialArn'),
    explain: (source) => (text(source, 'TdeCredentialArn') === null ? null : byHand),
    handOver: (source) => {
      const arn = text(source, 'TdeCredentialArn');
      return arn === null ? [] : [`set the TDE credential ${arn} with its password (ModifyDBInstance)`];
    },
  },
];

/** What no description shows but a restore leaves behind all the same, and what follows from tags. */
export function generalHandOver(source: InstanceDescription): readonly string[] {
  const name = text(source, 'DBInstanceIdentifier') ?? 'the instance';
  const always = [
    `RDS Proxy targets point at the old instance's resource id: deregister and register ${name} where a proxy is used`,
    `IAM policies for rds-db:connect that name ${text(source, 'DbiResourceId') ?? 'the resource id'} need the new one`,
    'zero-ETL integrations and DMS tasks of the old instance are not carried over',
    'applications must open new connections: the name is the same, the address is not',
  ];
  const stack = tagsOf(source)['aws:cloudformation:stack-name'];
  if (stack === undefined) return always;
  return [
    ...always,
    `${name} belongs to the CloudFormation stack ${stack}: never add or change DBSnapshotIdentifier there, ` +
      'which would replace the database',
  ];
}

/** Our own tags come from the run and those of AWS cannot be set by anybody else; all others must be equal. */
export const tagSetting: Setting = {
  setting: 'tags',
  fields: ['TagList'],
  onRestore: "the source's tags unless any are given",
  read: (it) => tagsOf(it),
  explain: (source, restored) =>
    canonicalJson(inheritedTags(source)) === canonicalJson(inheritedTags(restored))
      ? "only Lockkeeper's and AWS's own tags differ"
      : null,
};

/** The tags that a restored instance takes over: not those of AWS, which are reserved, and not those of a run. */
export function inheritedTags(description: InstanceDescription): Readonly<Record<string, string>> {
  const kept = Object.entries(tagsOf(description)).filter(
    ([key, value]) =>
      !key.toLowerCase().startsWith('aws:') &&
      !key.startsWith(ownTagPrefix) &&
      !(key === managedByTag.key && value === managedByTag.value),
  );
  return Object.fromEntries(kept);
}

const byHand = 'handed over to the operator';

function roles(description: InstanceDescription): readonly string[] {
  return parts(description, 'AssociatedRoles')
    .map((role) => `${text(role, 'RoleArn')} for ${text(role, 'FeatureName') ?? 'no feature'}`)
    .sort();
}

/** Instances and clusters that replicate from it. */
export function replicasOf(description: InstanceDescription): readonly string[] {
  return [
    ...texts(description, 'ReadReplicaDBInstanceIdentifiers'),
    ...texts(description, 'ReadReplicaDBClusterIdentifiers'),
  ];
}

function backupReplications(description: InstanceDescription): readonly string[] {
  return parts(description, 'DBInstanceAutomatedBackupsReplications')
    .flatMap((replication) => text(replication, 'DBInstanceAutomatedBackupsArn') ?? [])
    .sort();
}

function streams(description: InstanceDescription): boolean {
  const status = text(description, 'ActivityStreamStatus');
  return status === 'started' || status === 'starting';
}
