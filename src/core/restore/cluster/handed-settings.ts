import { flag, type InstanceDescription, part, text, texts } from '../description.ts';
import type { Setting } from '../setting.ts';

const byHand = 'handed over to the operator';

/** Settings of a cluster that no call of the restore carries: a later move does, or a person. */
export const clusterHandedSettings: readonly Setting[] = [
  {
    setting: 'Data API',
    fields: ['HttpEndpointEnabled'],
    onRestore: 'off',
    read: wantsDataApi,
    // RDS user guide, Troubleshooting the Data API: after a rename it has to be switched off and on.
    explain: (source) =>
      wantsDataApi(source) ? 'switched on at the end of the swap: a rename would break it' : null,
  },
  {
    setting: 'custom endpoints',
    fields: ['CustomEndpoints'],
    onRestore: 'none',
    read: (it) => texts(it, 'CustomEndpoints'),
    explain: (source) => (texts(source, 'CustomEndpoints').length === 0 ? null : byHand),
  },
  {
    setting: 'read replicas',
    fields: ['ReadReplicaIdentifiers'],
    onRestore: 'none; they stay with the old cluster',
    read: (it) => texts(it, 'ReadReplicaIdentifiers'),
    explain: (source) => (texts(source, 'ReadReplicaIdentifiers').length === 0 ? null : byHand),
    handOver: (source) =>
      texts(source, 'ReadReplicaIdentifiers').map(
        (replica) => `${replica} still replicates from the old cluster: create it anew`,
      ),
  },
  {
    setting: 'global database',
    fields: ['GlobalClusterIdentifier', 'GlobalWriteForwardingStatus', 'GlobalWriteForwardingRequested'],
    onRestore: 'no member of any',
    read: (it) => text(it, 'GlobalClusterIdentifier'),
    explain: (source) => (text(source, 'GlobalClusterIdentifier') === null ? null : byHand),
    handOver(source) {
      const name = text(source, 'GlobalClusterIdentifier');
      if (name === null) return [];
      return [`the old cluster is still the one in the global database ${name}: build that anew`];
    },
  },
  {
    setting: 'managed master password',
    fields: ['MasterUserSecret'],
    onRestore: 'not managed',
    read: managedSecret,
    explain: (source) => (managedSecret(source) === null ? null : byHand),
    handOver(source) {
      const secret = managedSecret(source);
      if (secret === null) return [];
      return [
        `the secret ${secret} is managed by RDS for the old cluster: turn management on for the restored one ` +
          '(ModifyDBCluster ManageMasterUserPassword) and give applications and Lockkeeper its new secret ARN',
      ];
    },
  },
  {
    setting: 'activity stream',
    fields: [
      'ActivityStreamStatus',
      'ActivityStreamKmsKeyId',
      'ActivityStreamKinesisStreamName',
      'ActivityStreamMode',
    ],
    onRestore: 'stopped',
    read: (it) => [streams(it), text(it, 'ActivityStreamMode'), text(it, 'ActivityStreamKinesisStreamName')],
    explain: (source) => (streams(source) ? byHand : null),
    handOver: (source) =>
      streams(source)
        ? ['start the database activity stream of the cluster again: it gets a new Kinesis stream']
        : [],
  },
];

/** Whether applications call the cluster through the Data API. */
export function wantsDataApi(cluster: InstanceDescription): boolean {
  return flag(cluster, 'HttpEndpointEnabled');
}

function managedSecret(cluster: InstanceDescription): string | null {
  return text(part(cluster, 'MasterUserSecret'), 'SecretArn');
}

function streams(cluster: InstanceDescription): boolean {
  return ['started', 'starting'].includes(text(cluster, 'ActivityStreamStatus') ?? '');
}
