import { type InstanceDescription, type Parameters, text } from '../description.ts';
import { type Difference, diffBy, openFirst } from '../diff.ts';
import { restoredName } from '../names.ts';
import { carriedBy, remainingBy, tagParameter } from '../parameters.ts';
import { clusterSettings } from './cluster-settings.ts';
import { type ClusterDescription, lastingMembers, memberName } from './description.ts';
import { memberSettings } from './member-settings.ts';

export interface RestoreClusterTo {
  readonly snapshotId: string;
  readonly clusterId: string;
  /** Added to the source's own tags, which win where the keys are the same. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Parameters for RestoreDBClusterFromSnapshot, which makes a cluster without any instance. */
export const restoreClusterParameters = (source: ClusterDescription, to: RestoreClusterTo): Parameters => ({
  DBClusterIdentifier: to.clusterId,
  SnapshotIdentifier: to.snapshotId,
  ...carriedBy(clusterSettings, source.cluster),
  Tags: tagParameter(source.cluster, to.tags),
});

/**
 * Parameters for CreateDBInstance, one for each member that the restored cluster still lacks. The writer comes alone:
 * whichever instance is made first becomes it.
 */
export function missingMembers(
  source: ClusterDescription,
  restored: ClusterDescription,
  runId: string,
  tags: Readonly<Record<string, string>>,
): readonly Parameters[] {
  const present = new Set(restored.members.map(memberName));
  const [writer, ...readers] = lastingMembers(source);
  const wanted = writer !== undefined && present.has(restoredMember(writer, runId)) ? readers : [writer];
  return wanted
    .filter((member) => member !== undefined)
    .filter((member) => !present.has(restoredMember(member, runId)))
    .map((member) => ({
      DBInstanceIdentifier: restoredMember(member, runId),
      DBClusterIdentifier: text(restored.cluster, 'DBClusterIdentifier'),
      ...carriedBy(memberSettings, member),
      Tags: tagParameter(member, tags),
    }));
}

/** Parameters for ModifyDBCluster that give the restored cluster what the restore could not; null when nothing. */
export function settleClusterParameters(
  source: ClusterDescription,
  restored: ClusterDescription,
): Parameters | null {
  return remainingBy(clusterSettings, source.cluster, restored.cluster);
}

/** Every setting in which the clusters, or a member and its copy, differ; unexplained ones first. */
export function diffClusters(
  source: ClusterDescription,
  restored: ClusterDescription,
  runId: string,
): readonly Difference[] {
  const members = lastingMembers(source).flatMap((member): readonly Difference[] => {
    const name = memberName(member);
    const copy = restored.members.find((one) => memberName(one) === restoredMember(member, runId));
    if (copy === undefined) {
      return [{ setting: `member ${name}`, source: 'there', restored: 'missing', explained: null }];
    }
    return diffBy(memberSettings, member, copy).map((difference) => ({
      ...difference,
      setting: `${difference.setting} of ${name}`,
    }));
  });
  return openFirst([...diffBy(clusterSettings, source.cluster, restored.cluster), ...members]);
}

const restoredMember = (member: InstanceDescription, runId: string): string =>
  restoredName(memberName(member), runId);
