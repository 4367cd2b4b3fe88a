import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import type { RdsEngine } from '../../../src/local/rds/engines.ts';
import { locatePrograms, NoServerError } from '../../../src/local/rds/mysql/programs.ts';
import { RdsService } from '../../../src/local/rds/service.ts';
import { serve } from '../../support/serve.ts';

const PASSWORD = 'first-password';
let rds: RdsService;
let served: Awaited<ReturnType<typeof serve<RDSClient>>>;

beforeAll(async () => {
  rds = await RdsService.open({
    clock: new RealClock(),
    region: 'us-east-1',
    account: '000000000000',
    durability: 'relaxed',
    delays: { rename: 0 },
  });
  served = await serve(rds, RDSClient);
});
afterAll(async () => {
  await served?.stop();
  await rds?.stop();
});

const create = (Engine: string, more: { DBInstanceIdentifier?: string; EngineVersion?: string } = {}) =>
  served.client.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: `shop-${Engine}`,
      DBInstanceClass: 'db.t4g.micro',
      Engine,
      MasterUsername: 'owner',
      MasterUserPassword: PASSWORD,
      DBName: 'app',
      ...more,
    }),
  );

async function connect(identifier: string, password = PASSWORD): Promise<mysql.Connection> {
  const { host, port } = rds.instance(identifier);
  const connection = await mysql.createConnection({ host, port, user: 'owner', password, database: 'app' });
  connection.on('error', () => {});
  return connection;
}

async function describeOne(identifier: string) {
  const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier });
  return (await served.client.send(command)).DBInstances?.[0];
}

describe.each([
  { engine: 'mariadb', kind: 'mariadb', series: '10.11', parameters: 'default.mariadb10.11' },
  { engine: 'mysql', kind: 'mysql', series: '5.7', parameters: 'default.mysql5.7' },
] as const)('an instance of $engine', ({ engine, kind, series, parameters }) => {
  let reason: string | undefined;
  beforeAll(async () => {
    try {
      await locatePrograms(kind, series);
    } catch (error) {
      if (!(error instanceof NoServerError)) throw error;
      reason = error.message;
    }
  });

  test('is created, described, snapshotted, restored and swapped in by two renames', async (ctx) => {
    if (reason !== undefined) return ctx.skip(reason);
    const identifier = `shop-${engine}`;
    await create(engine, { EngineVersion: series });
    await rds.idle();
    const described = await describeOne(identifier);
    expect(described).toMatchObject({
      DBInstanceStatus: 'available',
      Engine: engine,
      EngineVersion: expect.stringMatching(new RegExp(`^${series.replace('.', '\\.')}\\.\\d+$`)),
      LicenseModel: 'general-public-license',
      DBName: 'app',
    });
    expect(described?.DBParameterGroups?.[0]?.DBParameterGroupName).toBe(parameters);
    const versions = await served.client.send(new DescribeDBEngineVersionsCommand({ Engine: engine }));
    expect(versions.DBEngineVersions).toMatchObject([
      { Engine: engine, EngineVersion: described?.EngineVersion },
    ]);

    const before = await connect(identifier);
    await before.query('CREATE TABLE kept (id int PRIMARY KEY)');
    await before.query('INSERT INTO kept VALUES (1)');
    await served.client.send(
      new CreateDBSnapshotCommand({
        DBInstanceIdentifier: identifier,
        DBSnapshotIdentifier: `${identifier}-t0`,
      }),
    );
    await rds.idle();
    await before.query('INSERT INTO kept VALUES (2)');
    const snapshots = await served.client.send(
      new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: `${identifier}-t0` }),
    );
    expect(snapshots.DBSnapshots).toMatchObject([
      { Status: 'available', PercentProgress: 100, Engine: engine, Port: 3306 },
    ]);
    expect(snapshots.DBSnapshots?.[0]?.SnapshotDatabaseTime).toBeInstanceOf(Date);

    const restore = (Engine: string) =>
      served.client.send(
        new RestoreDBInstanceFromDBSnapshotCommand({
          DBInstanceIdentifier: `${identifier}-rb`,
          DBSnapshotIdentifier: `${identifier}-t0`,
          Engine,
        }),
      );
    await expect(restore('postgres')).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await restore(engine);
    await rds.idle();
    expect(await describeOne(`${identifier}-rb`)).toMatchObject({
      Engine: engine,
      EngineVersion: described?.EngineVersion,
    });
    const ended = new Promise((resolve) => before.once('error', resolve));
    for (const [from, to] of [
      [identifier, `${identifier}-old`],
      [`${identifier}-rb`, identifier],
    ] as const) {
      await served.client.send(
        new ModifyDBInstanceCommand({
          DBInstanceIdentifier: from,
          NewDBInstanceIdentifier: to,
          ApplyImmediately: true,
        }),
      );
      await rds.idle();
    }
    await ended;
    const after = await connect(identifier);
    expect((await after.query('SELECT id FROM kept'))[0]).toEqual([{ id: 1 }]);

    await served.client.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        MasterUserPassword: 'second-password',
        ApplyImmediately: true,
      }),
    );
    await rds.idle();
    await expect(connect(identifier)).rejects.toMatchObject({ errno: 1045 });
    await (await connect(identifier, 'second-password')).end();
    await after.end();
  });
});

test.each([
  ['an engine of which there is no server', { Engine: 'oracle-ee' }, 'NotImplemented'],
  [
    'a version that is not the one here',
    { Engine: 'postgres', EngineVersion: '9' },
    'InvalidParameterCombination',
  ],
] as const)('%s is refused', async (_, { Engine, ...more }, name) => {
  await expect(create(Engine, { ...more, DBInstanceIdentifier: 'never' })).rejects.toMatchObject({ name });
  await expect(describeOne('never')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
});

test('a new instance is of PostgreSQL unless its creator says otherwise', async () => {
  const engine: RdsEngine = 'postgres';
  await rds.createInstance({ identifier: 'plain', masterUsername: 'owner', masterPassword: PASSWORD });
  expect(await describeOne('plain')).toMatchObject({
    Engine: engine,
    LicenseModel: 'postgresql-license',
    DBParameterGroups: [{ DBParameterGroupName: 'default.postgres18' }],
    OptionGroupMemberships: [{ OptionGroupName: 'default:postgres-18' }],
  });
});
