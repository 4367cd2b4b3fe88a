import type { QueryOperation, QueryParameters } from '../gateway/query.ts';
import type { Fleet } from './fleet.ts';

/** What RDS says of the account, and of what stands around its instances. */
export function accountOperations(fleet: Fleet): Readonly<Record<string, QueryOperation>> {
  return {
    DescribeAccountAttributes: () => ({
      AccountQuotas: [
        { AccountQuotaName: 'DBInstances', Used: fleet.instances.size, Max: fleet.instanceQuota },
        { AccountQuotaName: 'ManualSnapshots', Used: fleet.snapshots.size, Max: fleet.snapshotQuota },
        { AccountQuotaName: 'DBClusters', Used: fleet.clusters.size, Max: fleet.instanceQuota },
        {
          AccountQuotaName: 'ManualClusterSnapshots',
          Used: fleet.clusterSnapshots.size,
          Max: fleet.snapshotQuota,
        },
      ],
    }),

    DescribeBlueGreenDeployments(parameters) {
      const source = filterOf(parameters, 'source');
      const { deployments } = fleet.surroundings;
      return {
        BlueGreenDeployments: deployments.filter(({ Source }) => source === undefined || Source === source),
      };
    },

    DescribeDBProxies: () => ({
      DBProxies: fleet.surroundings.proxies.map(({ name }) => ({ DBProxyName: name, Status: 'available' })),
    }),

    DescribeDBProxyTargets(parameters) {
      const name = parameters.required('DBProxyName');
      const proxy = fleet.surroundings.proxies.find((one) => one.name === name);
      const targets = (proxy?.resourceIds ?? []).map((id) => ({ RdsResourceId: id, Type: 'RDS_INSTANCE' }));
      return { Targets: targets };
    },
  };
}

/** The only value of a filter, or undefined where it is not given. */
export function filterOf(parameters: QueryParameters, name: string): string | undefined {
  const found = parameters.structures('Filters').find((item) => item.get('Name') === name);
  return found && [...found].find(([key]) => key.startsWith('Values.'))?.[1];
}
