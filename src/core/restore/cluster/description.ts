import { flag, type InstanceDescription, part, parts, text } from '../description.ts';

/**
 * An Aurora cluster with all that belongs to it, as plain JSON: `cluster` as DescribeDBClusters gives it, `members` as
 * DescribeDBInstances does, `endpoints` its custom ones as DescribeDBClusterEndpoints does.
 */
export type ClusterDescription = Readonly<Record<'cluster', InstanceDescription>> &
  Readonly<Record<'members' | 'endpoints', readonly InstanceDescription[]>>;

/** Reads one back from what was saved. */
export const asCluster = (saved: InstanceDescription): ClusterDescription => ({
  cluster: part(saved, 'cluster'),
  members: parts(saved, 'members'),
  endpoints: parts(saved, 'endpoints'),
});

export const memberName = (member: InstanceDescription): string => text(member, 'DBInstanceIdentifier') ?? '';

/**
 * The members that a restore makes again, the writer first, because the first instance of a cluster becomes its
 * writer. Readers that Aurora's autoscaling has added are not among them: it adds its own.
 */
export function lastingMembers({ cluster, members }: ClusterDescription): readonly InstanceDescription[] {
  const writers = new Set(
    parts(cluster, 'DBClusterMembers')
      .filter((member) => flag(member, 'IsClusterWriter'))
      .map(memberName),
  );
  const lasting = members.filter((member) => !isAutoscaled(member));
  const isWriter = (member: InstanceDescription) => writers.has(memberName(member));
  return [...lasting.filter(isWriter), ...lasting.filter((member) => !isWriter(member))];
}

/** Application Auto Scaling names its readers itself. Source: Aurora user guide, Aurora Auto Scaling. */
export const isAutoscaled = (member: InstanceDescription): boolean =>
  memberName(member).startsWith('application-autoscaling-');
