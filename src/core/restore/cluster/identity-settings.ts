import { parts, text } from '../description.ts';
import { own } from '../fixed-settings.ts';
import type { Setting } from '../setting.ts';
import { pendingValues } from '../state.ts';

const newResource = 'a restored cluster is a new resource';
const followsName = 'follows the identifier';

/** What makes a cluster itself: always different, and why. */
export const clusterIdentitySettings: readonly Setting[] = [
  own('identifier', 'DBClusterIdentifier', 'renamed when the restore is swapped in'),
  own('ARN', 'DBClusterArn', followsName),
  own('resource id', 'DbClusterResourceId', newResource),
  own('creation time', 'ClusterCreateTime', newResource),
  own('reader endpoint', 'ReaderEndpoint', followsName),
  own('hosted zone', 'HostedZoneId', followsName),
  own('earliest restorable time', 'EarliestRestorableTime', 'automated backups of a new cluster begin anew'),
  own('latest restorable time', 'LatestRestorableTime', 'automated backups of a new cluster begin anew'),
  own('earliest Backtrack time', 'EarliestBacktrackTime', 'Backtrack of a new cluster begins anew'),
  own('Backtrack records', 'BacktrackConsumedChangeRecords', 'Backtrack of a new cluster begins anew'),
  own('status', 'Status', 'judged apart from the settings'),
  own('status information', 'StatusInfos', 'judged apart from the settings'),
  own('progress', 'PercentProgress', 'judged apart from the settings'),
  own('members', 'DBClusterMembers', 'compared one by one'),
  own('clone group', 'CloneGroupId', 'clones of the old cluster share its volume, not that of a new one'),
  own('cross-account clone', 'CrossAccountClone', 'clones of the old cluster are none of a new one'),
  own('capacity', 'Capacity', 'changes by itself'),
  own('serverless platform', 'ServerlessV2PlatformVersion', 'a new cluster runs on the newest platform'),
  own('next change of storage type', 'IOOptimizedNextAllowedModificationTime', newResource),
  own('certificate details', 'CertificateDetails', 'a new cluster gets a new certificate from the same CA'),
  own('backup recovery point', 'AwsBackupRecoveryPointArn', 'belongs to the old cluster'),
  own('automatic restart time', 'AutomaticRestartTime', 'only a stopped cluster has one'),
  own('upgrade rollout order', 'UpgradeRolloutOrder', "set by the organization's upgrade policy"),
  {
    setting: 'option group',
    fields: ['DBClusterOptionGroupMemberships'],
    onRestore: "the engine's only one",
    read: (it) =>
      parts(it, 'DBClusterOptionGroupMemberships')
        .flatMap((group) => text(group, 'DBClusterOptionGroupName') ?? [])
        .sort(),
  },
  {
    setting: 'pending changes',
    fields: ['PendingModifiedValues'],
    onRestore: "the source's pending changes are dropped",
    read: (it) => pendingValues(it),
    explain: (_source, restored) =>
      pendingValues(restored).length === 0
        ? 'changes that were waiting for the maintenance window of the old cluster are not part of its settings'
        : null,
  },
];
