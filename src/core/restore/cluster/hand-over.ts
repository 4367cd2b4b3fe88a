import { type InstanceDescription, tagsOf, text, texts } from '../description.ts';
import { clusterSettings } from './cluster-settings.ts';
import { type ClusterDescription, isAutoscaled, memberName } from './description.ts';

/** What the operator has to do by hand after the swap of a cluster, one sentence each. */
export const handOverCluster = (source: ClusterDescription): readonly string[] => [
  ...clusterSettings.flatMap((setting) => setting.handOver?.(source.cluster) ?? []),
  ...source.endpoints.map(customEndpoint),
  ...source.members
    .filter(isAutoscaled)
    .map((member) => `autoscaled reader ${memberName(member)} is not made again`),
  ...always(source),
];

/** The name of a custom endpoint is free only when the old cluster's is gone, and deleting is left to a person. */
function customEndpoint(endpoint: InstanceDescription): string {
  const name = text(endpoint, 'DBClusterEndpointIdentifier') ?? 'without a name';
  const type = text(endpoint, 'CustomEndpointType') ?? 'ANY';
  const fixed = texts(endpoint, 'StaticMembers');
  const excluded = texts(endpoint, 'ExcludedMembers');
  const which = [
    ...(fixed.length === 0 ? [] : [`of ${fixed.join(', ')}`]),
    ...(excluded.length === 0 ? [] : [`without ${excluded.join(', ')}`]),
  ].join(' ');
  return `delete the custom endpoint ${name} of the old cluster and create it for the restored one (${type}${which === '' ? '' : `, ${which}`})`;
}

function always({ cluster }: ClusterDescription): readonly string[] {
  const name = text(cluster, 'DBClusterIdentifier') ?? 'the cluster';
  const stack = tagsOf(cluster)['aws:cloudformation:stack-name'];
  return [
    `RDS Proxy targets point at the old cluster's resource id: deregister and register ${name} where a proxy is used`,
    `IAM policies for rds-db:connect that name ${text(cluster, 'DbClusterResourceId') ?? 'the resource id'} need the new one`,
    'autoscaling policies of readers, zero-ETL integrations and DMS tasks of the old cluster are not carried over',
    'applications must open new connections: the names are the same, the addresses are not',
    ...(stack === undefined
      ? []
      : [
          `${name} belongs to the CloudFormation stack ${stack}: never add or change SnapshotIdentifier there, which would replace the cluster`,
        ]),
  ];
}
