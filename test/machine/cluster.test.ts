import { DescribeDBClusterSnapshotsCommand, DescribeDBClustersCommand } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { expandAndContract, restored } from './campaigns.ts';
import { readDatabase } from './end-state.ts';
import { runScenario } from './run-scenario.ts';
import { schema } from './scenarios.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema, cluster: true });
});
afterAll(() => world?.stop());

async function clusters() {
  const { DBClusters = [] } = await world.rds.send(new DescribeDBClustersCommand({}));
  return DBClusters.map(
    ({ DBClusterIdentifier: name, Status, HttpEndpointEnabled, DBClusterMembers = [] }) => ({
      name: name?.replace(/failed-.*/, 'failed'),
      status: Status,
      dataApi: HttpEndpointEnabled,
      members: DBClusterMembers.map((member) => member.DBInstanceIdentifier?.replace(/failed-.*/, 'failed')),
    }),
  ).sort((a, b) => String(a.name).localeCompare(String(b.name)));
}

test('a migration of an Aurora cluster succeeds behind a snapshot of the cluster', async () => {
  const { end } = await runScenario(world, expandAndContract);
  expect(end).toMatchObject({ verdict: 'SUCCEEDED', instances: ['main-1 available', 'main-2 available'] });
  const { DBClusterSnapshots = [] } = await world.rds.send(new DescribeDBClusterSnapshotsCommand({}));
  // One before the first change, one before the contract destroys.
  expect(DBClusterSnapshots.map(({ Status }) => Status)).toEqual(['available', 'available']);
});

test('a cluster is restored from its snapshot with its members, and they take over the names', async () => {
  await world.fresh();
  const before = await readDatabase(world.query);
  const { end } = await runScenario(world, restored);
  expect(end).toMatchObject({
    verdict: 'RESTORED',
    restore: 'swapped',
    runs: ['042 up RESTORED'],
    instances: [
      'main-1 available',
      'main-1-failed-RUN available',
      'main-2 available',
      'main-2-failed-RUN available',
    ],
  });
  expect([end.columns, end.constraints, end.indexes]).toEqual([
    before.columns,
    before.constraints,
    before.indexes,
  ]);
  expect(end.rows[0]).toMatch(/^502 rows/);
  expect(await clusters()).toEqual([
    { name: 'main', status: 'available', dataApi: true, members: ['main-1', 'main-2'] },
    { name: 'main-failed', status: 'available', dataApi: false, members: ['main-1-failed', 'main-2-failed'] },
  ]);
});
