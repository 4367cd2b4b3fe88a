import { AwsError, notImplemented } from '../../gateway/errors.ts';
import type { QueryOperation, QueryParameters } from '../../gateway/query.ts';
import type { Fleet } from '../fleet.ts';
import { page } from '../page.ts';
import { lastPart } from '../taggable.ts';
import * as clusters from './clusters.ts';
import { clusterArn, describeCluster, describeClusterSnapshot } from './describe.ts';
import { type ClusterRecord, type ClusterSnapshotRecord, isAuroraEngine } from './records.ts';
import { CLUSTER_RULES, type ClusterCall, readClusterSettings } from './settings.ts';
import { createClusterSnapshot, deleteClusterSnapshot } from './snapshots.ts';

/** The operations on Aurora clusters that the local cloud implements, by name. */
export function clusterOperations(fleet: Fleet): Readonly<Record<string, QueryOperation>> {
  const show = (cluster: ClusterRecord) => describeCluster(fleet, cluster);
  const showSnapshot = (snapshot: ClusterSnapshotRecord) => describeClusterSnapshot(snapshot, fleet.options);
  const named = (parameters: QueryParameters) => fleet.cluster(parameters.required('DBClusterIdentifier'));

  return {
    async CreateDBCluster(parameters) {
      refuseUnknown('create', parameters, [
        'Engine',
        'EngineVersion',
        'MasterUsername',
        'MasterUserPassword',
        'DatabaseName',
        'DBClusterIdentifier',
      ]);
      const cluster = await clusters.createCluster(fleet, {
        identifier: parameters.required('DBClusterIdentifier'),
        engine: auroraEngine(parameters),
        masterUsername: parameters.required('MasterUsername'),
        masterPassword: parameters.required('MasterUserPassword'),
        dbName: parameters.optional('DatabaseName'),
        settings: readClusterSettings('create', parameters),
        tags: parameters.tags() ?? [],
      });
      return { DBCluster: show(cluster) };
    },

    DescribeDBClusters(parameters) {
      const identifier = parameters.optional('DBClusterIdentifier');
      const found = identifier === undefined ? [...fleet.clusters.values()] : [fleet.cluster(identifier)];
      return page('DBClusters', found.map(show), parameters);
    },

    async RestoreDBClusterFromSnapshot(parameters) {
      refuseUnknown('restore', parameters, [
        'DBClusterIdentifier',
        'SnapshotIdentifier',
        'Engine',
        'EngineVersion',
        'EngineMode',
      ]);
      const snapshotIdentifier = lastPart(parameters.required('SnapshotIdentifier'));
      const { source } = fleet.clusterSnapshot(snapshotIdentifier);
      if (auroraEngine(parameters) !== source.engine) {
        throw new AwsError('InvalidParameterCombination', `The snapshot is one of ${source.engine}.`);
      }
      const cluster = await clusters.restoreCluster(fleet, {
        identifier: parameters.required('DBClusterIdentifier'),
        snapshotIdentifier,
        settings: readClusterSettings('restore', parameters),
        tags: parameters.tags(),
      });
      return { DBCluster: show(cluster) };
    },

    async ModifyDBCluster(parameters) {
      refuseUnknown('modify', parameters, [
        'DBClusterIdentifier',
        'NewDBClusterIdentifier',
        'ApplyImmediately',
        'MasterUserPassword',
      ]);
      if (parameters.boolean('ApplyImmediately') !== true) {
        throw notImplemented('rds', 'ModifyDBCluster without ApplyImmediately');
      }
      const cluster = named(parameters);
      clusters.requireAvailableCluster(cluster);
      const newName = parameters.optional('NewDBClusterIdentifier');
      // Checked before anything changes: a refused request has changed nothing.
      if (newName !== undefined) fleet.freeClusterName(newName);
      const settings = readClusterSettings('modify', parameters);
      clusters.modifyCluster(fleet, cluster, settings, parameters.optional('MasterUserPassword'));
      if (newName !== undefined) await clusters.renameCluster(fleet, cluster, newName);
      return { DBCluster: show(cluster) };
    },

    DeleteDBCluster(parameters) {
      const cluster = named(parameters);
      if (cluster.settings.DeletionProtection) {
        throw new AwsError('InvalidParameterCombination', 'Cannot delete protected Cluster.');
      }
      if (parameters.boolean('SkipFinalSnapshot') !== true) {
        throw notImplemented('rds', 'DeleteDBCluster with a final snapshot');
      }
      if (cluster.status !== 'failed') clusters.requireAvailableCluster(cluster);
      clusters.deleteCluster(fleet, cluster);
      return { DBCluster: show(cluster) };
    },

    EnableHttpEndpoint(parameters) {
      const arn = parameters.required('ResourceArn');
      const cluster = fleet.cluster(lastPart(arn));
      if (arn !== clusterArn(fleet.options, cluster.identifier)) {
        throw new AwsError('ResourceNotFoundFault', `${arn} is not found.`, 404);
      }
      clusters.requireAvailableCluster(cluster);
      cluster.settings = { ...cluster.settings, HttpEndpointEnabled: true };
      return { ResourceArn: arn, HttpEndpointEnabled: true };
    },

    CreateDBClusterSnapshot(parameters) {
      const snapshot = createClusterSnapshot(
        fleet,
        named(parameters),
        parameters.required('DBClusterSnapshotIdentifier'),
        parameters.tags() ?? [],
      );
      return { DBClusterSnapshot: showSnapshot(snapshot) };
    },

    DescribeDBClusterSnapshots(parameters) {
      const identifier = parameters.optional('DBClusterSnapshotIdentifier');
      const found =
        identifier === undefined
          ? [...fleet.clusterSnapshots.values()]
          : [fleet.clusterSnapshot(lastPart(identifier))];
      return page('DBClusterSnapshots', found.map(showSnapshot), parameters);
    },

    DeleteDBClusterSnapshot(parameters) {
      const snapshot = fleet.clusterSnapshot(parameters.required('DBClusterSnapshotIdentifier'));
      deleteClusterSnapshot(fleet, snapshot);
      return { DBClusterSnapshot: { ...showSnapshot(snapshot), Status: 'deleted' } };
    },
  };
}

function auroraEngine(parameters: QueryParameters) {
  const engine = parameters.required('Engine');
  if (isAuroraEngine(engine)) return engine;
  throw notImplemented('rds', `a cluster of the engine ${engine}`);
}

/** `Port` is taken and ignored: every name has a loopback port of its own. */
const COMMON = ['Action', 'Version', 'Port', 'Tags'];

/** A parameter without an effect here would let a mistake pass that shows on AWS only. */
function refuseUnknown(call: ClusterCall, parameters: QueryParameters, known: readonly string[]): void {
  const settings = Object.entries(CLUSTER_RULES)
    .filter(([, rule]) => rule.calls === undefined || rule.calls.includes(call))
    .map(([name, rule]) => rule.parameter ?? name);
  const all = new Set([...COMMON, ...known, ...settings]);
  const unknown = parameters.names().find((name) => !all.has(name));
  if (unknown !== undefined)
    throw notImplemented('rds', `${parameters.required('Action')}, parameter ${unknown}`);
}
