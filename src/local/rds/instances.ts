import { AwsError } from '../gateway/errors.ts';
import { change, failing } from './changes.ts';
import { clusterServer, leadToServer } from './clusters/clusters.ts';
import type { DatabaseServer } from './database-server.ts';
import type { RdsEngine } from './engines.ts';
import { engineDefaults } from './engines.ts';
import type { Fleet } from './fleet.ts';
import { type InstanceRecord, newResourceId, type Tag } from './records.ts';
import { RULES, type Settings, settingsForCreate, settingsForRestore } from './settings.ts';
import { createSnapshot } from './snapshots.ts';

export interface CreateInstanceInput {
  readonly identifier: string;
  /** Default `postgres`. */
  readonly engine?: RdsEngine;
  readonly masterUsername: string;
  readonly masterPassword: string;
  /** First database, owned by the master user; none when omitted. */
  readonly dbName?: string | undefined;
  readonly settings?: Partial<Settings>;
  readonly tags?: readonly Tag[];
}

/** Starts a new, empty instance; it is `available` some moments after this resolves. */
export async function createInstance(fleet: Fleet, input: CreateInstanceInput): Promise<InstanceRecord> {
  if (input.masterPassword.length < 8) {
    throw new AwsError(
      'InvalidParameterValue',
      'The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.',
    );
  }
  const { engine = 'postgres', masterUsername, masterPassword, dbName } = input;
  const launcher = await fleet.launcher(engine);
  const { engineVersion } = launcher;
  const instance = await registerInstance(fleet, input.identifier, {
    masterUsername,
    databaseName: dbName,
    engine,
    engineVersion,
    settings: settingsForCreate(input.settings ?? {}, {
      ...engineDefaults(engine, engineVersion),
      region: fleet.options.region,
      random: fleet.random,
      now: fleet.now(),
    }),
    tags: input.tags ?? [],
  });
  bringUp(fleet, instance, fleet.delays.create, () =>
    launcher.create({ masterUsername, masterPassword, database: dbName, ...fleet.launchOptions(engine) }),
  );
  return instance;
}

export interface RestoreInput {
  readonly identifier: string;
  readonly snapshotIdentifier: string;
  readonly settings?: Partial<Settings>;
  /** The source's tags when omitted. */
  readonly tags?: readonly Tag[] | undefined;
}

/** Starts an instance on a copy of a snapshot: its data, users and passwords, but few of its settings. */
export async function restoreInstance(fleet: Fleet, input: RestoreInput): Promise<InstanceRecord> {
  const snapshot = fleet.snapshot(input.snapshotIdentifier);
  const { content, source } = snapshot;
  if (snapshot.status !== 'available' || content === undefined) {
    throw new AwsError(
      'InvalidDBSnapshotState',
      `Cannot restore from snapshot ${snapshot.identifier} because it is ${snapshot.status}.`,
    );
  }
  const { engine, engineVersion } = source;
  const launcher = await fleet.launcher(engine);
  const instance = await registerInstance(fleet, input.identifier, {
    masterUsername: source.masterUsername,
    databaseName: source.databaseName,
    engine,
    engineVersion,
    settings: settingsForRestore(source.settings, input.settings ?? {}, {
      ...engineDefaults(engine, engineVersion),
      region: fleet.options.region,
      random: fleet.random,
      now: fleet.now(),
    }),
    tags: input.tags ?? source.tags,
  });
  bringUp(fleet, instance, fleet.delays.restore, () =>
    launcher.restore(content.folder, fleet.launchOptions(engine)),
  );
  return instance;
}

/** Changes settings; those that wait for the maintenance window stay pending unless applied immediately. */
export function modifySettings(
  fleet: Fleet,
  instance: InstanceRecord,
  asked: Partial<Settings>,
  immediately: boolean,
): void {
  const now: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(asked)) {
    if (RULES[name as keyof Settings].deferrable && !immediately)
      Object.assign(instance.pending, { [name]: value });
    else now[name] = value;
  }
  if (Object.keys(now).length === 0) return;
  change(fleet, instance, 'modifying', async () => {
    await fleet.pause(fleet.delays.modify);
    instance.settings = { ...instance.settings, ...now };
  });
}

/** Gives the master user a new password on the real server. Open connections live on, as on RDS. */
export function resetMasterPassword(fleet: Fleet, instance: InstanceRecord, password: string): void {
  instance.pending.MasterUserPassword = password;
  change(fleet, instance, 'resetting-master-credentials', async () => {
    await fleet.work(() => serverOf(instance).setPassword(instance.masterUsername, password));
    await fleet.pause(fleet.delays.modify);
    delete instance.pending.MasterUserPassword;
  });
}

/**
 * Moves an instance to a free name. The old name leads nowhere from now on, every session ends because the
 * server restarts, and the new name leads to it when the rename is over.
 */
export async function renameInstance(fleet: Fleet, instance: InstanceRecord, to: string): Promise<void> {
  const name = fleet.freeName(to);
  instance.pending.DBInstanceIdentifier = name;
  const target = await fleet.endpoint(name);
  fleet.knownEndpoint(instance.identifier)?.cut();
  change(fleet, instance, 'renaming', async () => {
    await restart(fleet, instance);
    await fleet.pause(fleet.delays.rename);
    fleet.instances.delete(instance.identifier);
    instance.identifier = name;
    fleet.instances.set(name, instance);
    delete instance.pending.DBInstanceIdentifier;
    target.lead(serverOf(instance).port);
  });
}

export async function rebootInstance(fleet: Fleet, instance: InstanceRecord): Promise<void> {
  const endpoint = await fleet.endpoint(instance.identifier);
  endpoint.cut();
  change(fleet, instance, 'rebooting', async () => {
    await restart(fleet, instance);
    await fleet.pause(fleet.delays.reboot);
    endpoint.lead(serverOf(instance).port);
  });
}

/** Stops the server and deletes its data, after a last snapshot when one is named. */
export function deleteInstance(
  fleet: Fleet,
  instance: InstanceRecord,
  finalSnapshot: string | undefined,
): void {
  const snapshot =
    finalSnapshot === undefined ? undefined : createSnapshot(fleet, instance, finalSnapshot, []);
  instance.status = 'deleting';
  fleet.background(async () => {
    await snapshot?.done;
    fleet.knownEndpoint(instance.identifier)?.cut();
    const { server } = instance;
    if (server) await fleet.work(() => server.discard());
    await fleet.pause(fleet.delays.delete);
    fleet.instances.delete(instance.identifier);
  }, failing(instance));
}

/** @throws AwsError `InvalidDBInstanceState` unless the instance is available */
export function requireAvailable(instance: InstanceRecord): void {
  if (instance.status === 'available') return;
  throw new AwsError(
    'InvalidDBInstanceState',
    `Database instance ${instance.identifier} is not in available state: it is ${instance.status}.`,
  );
}

export function serverOf(instance: InstanceRecord): DatabaseServer {
  if (instance.cluster) return clusterServer(instance.cluster);
  if (instance.server) return instance.server;
  throw new AwsError('InvalidDBInstanceState', `Database instance ${instance.identifier} has no server yet.`);
}

type Beginning = Pick<
  InstanceRecord,
  'masterUsername' | 'databaseName' | 'engine' | 'engineVersion' | 'settings' | 'tags'
> &
  Partial<Pick<InstanceRecord, 'cluster' | 'promotionTier'>>;

/** An instance that has a name and nothing behind it yet. */
export async function registerInstance(
  fleet: Fleet,
  identifier: string,
  from: Beginning,
): Promise<InstanceRecord> {
  const name = fleet.freeName(identifier);
  if (fleet.instances.size >= fleet.instanceQuota) {
    throw new AwsError('InstanceQuotaExceeded', 'The account has no room for another DB instance.');
  }
  const instance: InstanceRecord = {
    ...from,
    identifier: name,
    resourceId: newResourceId(),
    createdMs: fleet.now(),
    status: 'creating',
    pending: {},
    server: undefined,
    ...(from.cluster === undefined ? {} : { memberNumber: fleet.nextMember() }),
  };
  fleet.instances.set(name, instance);
  await fleet.endpoint(name);
  return instance;
}

function bringUp(
  fleet: Fleet,
  instance: InstanceRecord,
  delayMs: number,
  start: () => Promise<DatabaseServer>,
): void {
  fleet.background(async () => {
    const server = await fleet.work(start);
    instance.server = server;
    await fleet.pause(delayMs);
    fleet.knownEndpoint(instance.identifier)?.lead(server.port);
    if (instance.settings.BackupRetentionPeriod > 0 && fleet.delays.backup > 0) {
      instance.status = 'backing-up';
      await fleet.pause(fleet.delays.backup);
    }
    instance.status = 'available';
  }, failing(instance));
}

async function restart(fleet: Fleet, instance: InstanceRecord): Promise<void> {
  const { cluster } = instance;
  if (cluster !== undefined) {
    // All members of a cluster are served by one server, and it is the writer that it restarts with.
    if (fleet.membersOf(cluster)[0] !== instance) return;
    const server = clusterServer(cluster);
    const options = fleet.launchOptions(instance.engine);
    cluster.server = await fleet.work(() => server.restart(options));
    leadToServer(fleet, cluster);
    return;
  }
  instance.server = await fleet.work(() => serverOf(instance).restart(fleet.launchOptions(instance.engine)));
}
