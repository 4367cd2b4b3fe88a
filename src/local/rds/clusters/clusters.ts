import { AwsError } from '../../gateway/errors.ts';
import { change, failing } from '../changes.ts';
import type { DatabaseServer } from '../database-server.ts';
import { engineDefaults } from '../engines.ts';
import { checkedName, type Fleet } from '../fleet.ts';
import { newResourceId, type Tag } from '../records.ts';
import { type AuroraEngine, auroraEngines, type ClusterRecord } from './records.ts';
import { type ClusterSettings, clusterSettingsForCreate, clusterSettingsForRestore } from './settings.ts';

export interface CreateClusterInput {
  readonly identifier: string;
  readonly engine: AuroraEngine;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly dbName?: string | undefined;
  readonly settings?: Partial<ClusterSettings>;
  readonly tags?: readonly Tag[];
}

/** Starts a new, empty cluster without any instance: nobody can connect before it has one. */
export async function createCluster(fleet: Fleet, input: CreateClusterInput): Promise<ClusterRecord> {
  const { engine, masterUsername, masterPassword, dbName } = input;
  const launcher = await fleet.launcher(auroraEngines[engine]);
  const { engineVersion } = launcher;
  const cluster = await newCluster(fleet, input.identifier, {
    engine,
    engineVersion,
    masterUsername,
    databaseName: dbName,
    settings: clusterSettingsForCreate(input.settings ?? {}, circumstances(fleet, engine, engineVersion)),
    tags: input.tags ?? [],
  });
  bringUp(fleet, cluster, fleet.delays.create, () =>
    launcher.create({
      masterUsername,
      masterPassword,
      database: dbName,
      ...fleet.launchOptions(auroraEngines[engine]),
    }),
  );
  return cluster;
}

export interface RestoreClusterInput {
  readonly identifier: string;
  readonly snapshotIdentifier: string;
  readonly settings?: Partial<ClusterSettings>;
  /** The source's tags when omitted. */
  readonly tags?: readonly Tag[] | undefined;
}

/** Starts a cluster on a copy of a snapshot, without any instance and with few of its settings. */
export async function restoreCluster(fleet: Fleet, input: RestoreClusterInput): Promise<ClusterRecord> {
  const snapshot = fleet.clusterSnapshot(input.snapshotIdentifier);
  const { content, source } = snapshot;
  if (snapshot.status !== 'available' || content === undefined) {
    throw new AwsError(
      'InvalidDBClusterSnapshotStateFault',
      `Cannot restore from snapshot ${snapshot.identifier} because it is ${snapshot.status}.`,
    );
  }
  const { engine, engineVersion } = source;
  const launcher = await fleet.launcher(auroraEngines[engine]);
  const cluster = await newCluster(fleet, input.identifier, {
    engine,
    engineVersion,
    masterUsername: source.masterUsername,
    databaseName: source.databaseName,
    settings: clusterSettingsForRestore(
      source.settings,
      input.settings ?? {},
      circumstances(fleet, engine, engineVersion),
    ),
    tags: input.tags ?? source.tags,
  });
  bringUp(fleet, cluster, fleet.delays.restore, () =>
    launcher.restore(content.folder, fleet.launchOptions(auroraEngines[engine])),
  );
  return cluster;
}

export function modifyCluster(
  fleet: Fleet,
  cluster: ClusterRecord,
  settings: Partial<ClusterSettings>,
  password: string | undefined,
): void {
  if (Object.keys(settings).length > 0) {
    change(fleet, cluster, 'modifying', async () => {
      await fleet.pause(fleet.delays.modify);
      cluster.settings = { ...cluster.settings, ...settings };
    });
  }
  if (password === undefined) return;
  cluster.pending.MasterUserPassword = password;
  change(fleet, cluster, 'resetting-master-credentials', async () => {
    await fleet.work(() => clusterServer(cluster).setPassword(cluster.masterUsername, password));
    await fleet.pause(fleet.delays.modify);
    delete cluster.pending.MasterUserPassword;
  });
}

/**
 * Moves a cluster to a free name. Its members keep theirs and nothing restarts: the old name lets nobody in any more,
 * but sessions that came through it live on until a member restarts. The Data API does not survive it.
 */
export async function renameCluster(fleet: Fleet, cluster: ClusterRecord, to: string): Promise<void> {
  const name = fleet.freeClusterName(to);
  cluster.pending.DBClusterIdentifier = name;
  const target = await fleet.endpoint(endpointName(name));
  fleet.knownEndpoint(endpointName(cluster.identifier))?.letNobodyIn();
  change(fleet, cluster, 'renaming', async () => {
    await fleet.pause(fleet.delays.rename);
    fleet.clusters.delete(cluster.identifier);
    cluster.identifier = name;
    fleet.clusters.set(name, cluster);
    cluster.settings = { ...cluster.settings, HttpEndpointEnabled: false };
    delete cluster.pending.DBClusterIdentifier;
    if (fleet.membersOf(cluster).length > 0) target.lead(clusterServer(cluster).port);
  });
}

/** @throws AwsError `InvalidDBClusterStateFault` while it has instances */
export function deleteCluster(fleet: Fleet, cluster: ClusterRecord): void {
  if (fleet.membersOf(cluster).length > 0) {
    throw new AwsError(
      'InvalidDBClusterStateFault',
      'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
    );
  }
  cluster.status = 'deleting';
  fleet.background(async () => {
    fleet.knownEndpoint(endpointName(cluster.identifier))?.cut();
    const { server } = cluster;
    if (server) await fleet.work(() => server.discard());
    await fleet.pause(fleet.delays.delete);
    fleet.clusters.delete(cluster.identifier);
  }, failing(cluster));
}

/** Lets the cluster's name, and those of all its members, lead to its server, wherever that listens now. */
export function leadToServer(fleet: Fleet, cluster: ClusterRecord): void {
  const { port } = clusterServer(cluster);
  const members = fleet.membersOf(cluster).filter(({ status }) => status !== 'creating');
  if (members.length === 0) return;
  if (cluster.pending.DBClusterIdentifier === undefined)
    fleet.knownEndpoint(endpointName(cluster.identifier))?.lead(port);
  for (const { identifier, status } of members)
    if (status !== 'renaming') fleet.knownEndpoint(identifier)?.lead(port);
}

export function clusterServer(cluster: ClusterRecord): DatabaseServer {
  if (cluster.server) return cluster.server;
  throw new AwsError('InvalidDBClusterStateFault', `DB cluster ${cluster.identifier} has no server yet.`);
}

/** @throws AwsError `InvalidDBClusterStateFault` unless the cluster is available */
export function requireAvailableCluster(cluster: ClusterRecord): void {
  if (cluster.status === 'available') return;
  throw new AwsError(
    'InvalidDBClusterStateFault',
    `DB cluster ${cluster.identifier} is not in available state: it is ${cluster.status}.`,
  );
}

/** No identifier of an instance has a dot. */
export const endpointName = (clusterId: string): string => `${clusterId}.cluster`;

type Beginning = Pick<
  ClusterRecord,
  'engine' | 'engineVersion' | 'masterUsername' | 'databaseName' | 'settings' | 'tags'
>;

async function newCluster(fleet: Fleet, identifier: string, from: Beginning): Promise<ClusterRecord> {
  const name = fleet.freeClusterName(checkedName('DBClusterIdentifier', identifier, 63));
  const cluster: ClusterRecord = {
    ...from,
    identifier: name,
    resourceId: newResourceId().replace(/^db-/, 'cluster-'),
    createdMs: fleet.now(),
    status: 'creating',
    pending: {},
    server: undefined,
  };
  fleet.clusters.set(name, cluster);
  await fleet.endpoint(endpointName(name));
  return cluster;
}

function bringUp(
  fleet: Fleet,
  cluster: ClusterRecord,
  delayMs: number,
  start: () => Promise<DatabaseServer>,
): void {
  fleet.background(async () => {
    cluster.server = await fleet.work(start);
    await fleet.pause(delayMs);
    cluster.status = 'available';
  }, failing(cluster));
}

function circumstances(fleet: Fleet, engine: AuroraEngine, engineVersion: string) {
  const { DBParameterGroupName } = engineDefaults(auroraEngines[engine], engineVersion);
  return {
    ...engineDefaults(auroraEngines[engine], engineVersion),
    parameterGroup: DBParameterGroupName.replace(auroraEngines[engine], engine),
    region: fleet.options.region,
    random: fleet.random,
    now: fleet.now(),
  };
}
