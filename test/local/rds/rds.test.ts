import {
  AddTagsToResourceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ListTagsForResourceCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import { type Gateway, startGateway } from '../../../src/local/gateway/gateway.ts';
import { RdsService } from '../../../src/local/rds/service.ts';
import { eventually } from '../../support/eventually.ts';
import { localClient } from '../../support/local-client.ts';

const PASSWORD = 'first-password';
const clock = new RealClock();
let rds: RdsService;
let gateway: Gateway;
let client: RDSClient;

beforeAll(async () => {
  rds = await RdsService.open({ clock, region: 'us-east-1', account: '000000000000', durability: 'relaxed' });
  gateway = await startGateway({ services: [rds] });
  client = localClient(RDSClient, gateway.endpoint);
});

afterAll(async () => {
  client?.destroy();
  await gateway?.close();
  await rds?.stop();
});

function connect(identifier: string, password = PASSWORD): Promise<pg.Client> {
  const { host, port } = rds.instance(identifier);
  return connectTo(host, port, password);
}

async function connectTo(host: string, port: number, password = PASSWORD): Promise<pg.Client> {
  const connection = new pg.Client({ host, port, user: 'owner', password, database: 'app' });
  connection.on('error', () => {});
  await connection.connect();
  return connection;
}

async function create(identifier: string, settings = {}) {
  return rds.createInstance({
    identifier,
    masterUsername: 'owner',
    masterPassword: PASSWORD,
    dbName: 'app',
    settings,
    tags: [{ Key: 'team', Value: 'payments' }],
  });
}

async function describeOne(identifier: string) {
  const { DBInstances } = await client.send(
    new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
  );
  const [instance] = DBInstances ?? [];
  if (!instance) throw new Error('the list was empty');
  return instance;
}

/** Inserts numbered rows on several connections until told to stop; tells when each was acknowledged. */
async function writer(identifier: string) {
  const writes: { id: number; sentMs: number; acknowledgedMs: number }[] = [];
  const connections = await Promise.all([1, 2, 3].map(() => connect(identifier)));
  await connections[0]?.query('CREATE TABLE IF NOT EXISTS writes (id bigint PRIMARY KEY)');
  let going = true;
  let next = 1;
  const loops = connections.map(async (connection) => {
    while (going) {
      const id = next++;
      const sentMs = clock.now();
      await connection.query('INSERT INTO writes VALUES ($1)', [id]);
      writes.push({ id, sentMs, acknowledgedMs: clock.now() });
    }
    await connection.end();
  });
  return {
    writes,
    atLeast: (count: number) => eventually(() => expect(writes.length).toBeGreaterThan(count)),
    async stop() {
      going = false;
      await Promise.all(loops);
    },
  };
}

describe('a snapshot of an instance that is being written to', () => {
  test('holds what was committed before its database time and nothing that began after it was finished, and swaps in by two renames', async () => {
    await create('orders');
    const load = await writer('orders');
    await load.atLeast(200);

    const created = await client.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'orders', DBSnapshotIdentifier: 'orders-t0' }),
    );
    expect(created.DBSnapshot).toMatchObject({
      Status: 'creating',
      SnapshotType: 'manual',
      Engine: 'postgres',
    });
    expect(created.DBSnapshot?.SnapshotDatabaseTime).toBeUndefined();
    await rds.idle();
    const finishedMs = clock.now();
    const described = await client.send(
      new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'orders-t0' }),
    );
    const snapshot = described.DBSnapshots?.[0];
    expect(snapshot).toMatchObject({
      Status: 'available',
      PercentProgress: 100,
      DBInstanceIdentifier: 'orders',
    });
    await load.atLeast(load.writes.length + 200);
    await load.stop();

    await client.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: 'orders-rb',
        DBSnapshotIdentifier: 'orders-t0',
      }),
    );
    await rds.idle();
    const restored = await connect('orders-rb');
    const rows = await restored.query<{ id: string }>('SELECT id FROM writes');
    await restored.end();
    const present = new Set(rows.rows.map(({ id }) => Number(id)));
    const databaseTimeMs = snapshot?.SnapshotDatabaseTime?.getTime() ?? Number.NaN;
    const before = load.writes.filter((write) => write.acknowledgedMs < databaseTimeMs);
    const after = load.writes.filter((write) => write.sentMs > finishedMs);
    expect(before.length).toBeGreaterThan(150);
    expect(after.length).toBeGreaterThan(50);
    expect(before.filter(({ id }) => !present.has(id))).toEqual([]);
    expect(after.filter(({ id }) => present.has(id))).toEqual([]);

    // The client below knows one host and port, as an application knows one DNS name.
    const { host, port } = rds.instance('orders');
    const held = await connectTo(host, port);
    const dropped = new Promise((resolve) => held.once('end', resolve));
    const rename = (from: string, to: string) =>
      client.send(
        new ModifyDBInstanceCommand({
          DBInstanceIdentifier: from,
          NewDBInstanceIdentifier: to,
          ApplyImmediately: true,
        }),
      );
    const answer = await rename('orders', 'orders-failed');
    expect(answer.DBInstance).toMatchObject({
      DBInstanceStatus: 'renaming',
      PendingModifiedValues: { DBInstanceIdentifier: 'orders-failed' },
    });
    await dropped;
    await rds.idle();
    await expect(connectTo(host, port)).rejects.toThrow();
    await expect(describeOne('orders')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });

    await rename('orders-rb', 'orders');
    await rds.idle();
    const again = await connectTo(host, port);
    const count = await again.query<{ n: string }>('SELECT count(*) AS n FROM writes');
    expect(Number(count.rows[0]?.n)).toBe(present.size);
    await again.end();
    const failed = await connect('orders-failed');
    const all = await failed.query<{ n: string }>('SELECT count(*) AS n FROM writes');
    expect(Number(all.rows[0]?.n)).toBe(load.writes.length);
    await failed.end();
  });
});

describe('a restore', () => {
  test('forgets what RDS forgets and keeps what RDS keeps', async () => {
    await create('faithful', {
      DBInstanceClass: 'db.m7g.large',
      AllocatedStorage: 100,
      MaxAllocatedStorage: 500,
      MultiAZ: true,
      VpcSecurityGroupIds: ['sg-app', 'sg-admin'],
      DBParameterGroupName: 'app-pg18',
      BackupRetentionPeriod: 14,
      DeletionProtection: true,
      IAMDatabaseAuthenticationEnabled: true,
      EnabledCloudwatchLogsExports: ['postgresql'],
      PerformanceInsightsEnabled: true,
      MonitoringInterval: 60,
      EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    });
    await client.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'faithful', DBSnapshotIdentifier: 'faithful-t0' }),
    );
    expect((await describeOne('faithful')).DBInstanceStatus).toBe('backing-up');
    await rds.idle();
    await client.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: 'forgetful',
        DBSnapshotIdentifier: 'faithful-t0',
        DBParameterGroupName: 'app-pg18',
      }),
    );
    expect((await describeOne('forgetful')).Endpoint).toBeUndefined();
    await rds.idle();
    const source = await describeOne('faithful');
    const restored = await describeOne('forgetful');
    expect(restored).toMatchObject({
      DBInstanceStatus: 'available',
      DBInstanceClass: 'db.m7g.large',
      AllocatedStorage: 100,
      BackupRetentionPeriod: 14,
      DBParameterGroups: [{ DBParameterGroupName: 'app-pg18', ParameterApplyStatus: 'in-sync' }],
      TagList: [{ Key: 'team', Value: 'payments' }],
      MultiAZ: false,
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-default', Status: 'active' }],
      DeletionProtection: false,
      IAMDatabaseAuthenticationEnabled: false,
      PerformanceInsightsEnabled: false,
      MonitoringInterval: 0,
      EngineLifecycleSupport: 'open-source-rds-extended-support',
    });
    expect(restored.EnabledCloudwatchLogsExports ?? []).toEqual([]);
    expect(restored.MaxAllocatedStorage).toBeUndefined();
    expect(restored.DbiResourceId).not.toBe(source.DbiResourceId);
    expect(source).toMatchObject({
      MaxAllocatedStorage: 500,
      EnabledCloudwatchLogsExports: ['postgresql'],
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-app' }, { VpcSecurityGroupId: 'sg-admin' }],
    });
    await expect(
      client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'faithful', SkipFinalSnapshot: true })),
    ).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });

  test('brings back the password of the snapshot, which ModifyDBInstance then replaces', async () => {
    await create('rotating');
    await client.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'rotating', DBSnapshotIdentifier: 'rotating-t0' }),
    );
    await rds.idle();
    const modify = (DBInstanceIdentifier: string, MasterUserPassword: string) =>
      client.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier, MasterUserPassword }));
    await modify('rotating', 'second-password');
    await rds.idle();
    await expect(connect('rotating')).rejects.toMatchObject({ code: '28P01' });
    await (await connect('rotating', 'second-password')).end();

    await client.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: 'rotated-back',
        DBSnapshotIdentifier: 'rotating-t0',
      }),
    );
    await rds.idle();
    await (await connect('rotated-back')).end();
    const answer = await modify('rotated-back', 'second-password');
    expect(answer.DBInstance).toMatchObject({
      DBInstanceStatus: 'resetting-master-credentials',
      PendingModifiedValues: { MasterUserPassword: '****' },
    });
    await rds.idle();
    await (await connect('rotated-back', 'second-password')).end();
    expect((await describeOne('rotated-back')).PendingModifiedValues ?? {}).toEqual({});
  });
});

describe('the API', () => {
  beforeAll(async () => {
    await create('plain');
    await client.send(
      new CreateDBSnapshotCommand({
        DBInstanceIdentifier: 'plain',
        DBSnapshotIdentifier: 'plain-t0',
        Tags: [{ Key: 'run', Value: 'one & only' }],
      }),
    );
    await rds.idle();
  });

  test.each([
    [
      'an unknown instance',
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'none' }),
      'DBInstanceNotFoundFault',
      404,
    ],
    [
      'an unknown snapshot',
      new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'none' }),
      'DBSnapshotNotFoundFault',
      404,
    ],
    [
      'a snapshot name that is taken',
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'plain', DBSnapshotIdentifier: 'Plain-T0' }),
      'DBSnapshotAlreadyExistsFault',
      400,
    ],
    [
      'a restore onto a name that is taken',
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: 'plain',
        DBSnapshotIdentifier: 'plain-t0',
      }),
      'DBInstanceAlreadyExistsFault',
      400,
    ],
    [
      'a rename onto its own name',
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: 'plain',
        NewDBInstanceIdentifier: 'plain',
        ApplyImmediately: true,
      }),
      'DBInstanceAlreadyExistsFault',
      400,
    ],
    [
      'a malformed name',
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'plain', DBSnapshotIdentifier: '1--x' }),
      'InvalidParameterValue',
      400,
    ],
    [
      'a parameter without an effect here',
      new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'plain', ManageMasterUserPassword: true }),
      'NotImplemented',
      501,
    ],
  ] as const)('refuses %s as RDS does', async (_, command, name, status) => {
    await expect(client.send(command as DescribeDBInstancesCommand)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: status },
    });
  });

  test('refuses a second change while one is going on', async () => {
    const modify = () =>
      client.send(
        new ModifyDBInstanceCommand({
          DBInstanceIdentifier: 'plain',
          AllocatedStorage: 30,
          ApplyImmediately: true,
          MasterUserPassword: PASSWORD,
        }),
      );
    await modify();
    await expect(modify()).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    await rds.idle();
    expect(await describeOne('plain')).toMatchObject({ AllocatedStorage: 30, DBInstanceStatus: 'available' });
  });

  test('keeps a change that was not asked for immediately as pending', async () => {
    await client.send(
      new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'plain', MultiAZ: true, BackupRetentionPeriod: 3 }),
    );
    await rds.idle();
    expect(await describeOne('plain')).toMatchObject({
      MultiAZ: false,
      BackupRetentionPeriod: 3,
      PendingModifiedValues: { MultiAZ: true },
    });
  });

  test('carries tags, with their special characters, on snapshots', async () => {
    const { DBSnapshots } = await client.send(
      new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: 'plain' }),
    );
    const arn = DBSnapshots?.[0]?.DBSnapshotArn ?? '';
    await client.send(
      new AddTagsToResourceCommand({ ResourceName: arn, Tags: [{ Key: 'kept', Value: '<yes>' }] }),
    );
    const { TagList } = await client.send(new ListTagsForResourceCommand({ ResourceName: arn }));
    expect(TagList).toEqual([
      { Key: 'run', Value: 'one & only' },
      { Key: 'kept', Value: '<yes>' },
    ]);
  });

  test('takes a final snapshot, stops the server and forgets the instance', async () => {
    await create('short-lived');
    const { serverPort } = rds.instance('short-lived');
    await client.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: 'short-lived',
        FinalDBSnapshotIdentifier: 'last-words',
      }),
    );
    await rds.idle();
    await expect(describeOne('short-lived')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
    await expect(connectTo('127.0.0.1', serverPort)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(rds.snapshot('last-words').status).toBe('available');
  });

  test('does not make the master user a superuser, as RDS does not', async () => {
    const connection = await connect('plain');
    const { rows } = await connection.query(
      "SELECT rolsuper, pg_has_role('rds_superuser', 'member') AS member FROM pg_roles WHERE rolname = current_user",
    );
    await connection.end();
    expect(rows).toEqual([{ rolsuper: false, member: true }]);
  });
});
