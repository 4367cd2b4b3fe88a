import { beforeEach, expect, it } from 'vitest';
import { SliceMetrics } from '../../src/app/slice-metrics.ts';
import { World } from '../support/fake-app.ts';

let world: World;
let metrics: SliceMetrics;
beforeEach(() => {
  world = new World();
  metrics = new SliceMetrics(world.app, 'shop');
});
const published = () => world.figures.map(({ figures }) => figures);

it('rows are published with their pace four times a minute, and begin anew', async () => {
  metrics.did(100);
  await world.clock.sleep(14_999);
  metrics.did(100);
  expect(published()).toEqual([]);
  await world.clock.sleep(5_001);
  metrics.did(200);
  expect(published()).toEqual([{ RowsVisited: 400, RowsPerSecond: 20 }]);
  metrics.publish();
  expect(published().at(-1)).toEqual({ RowsVisited: 0 });
});

it('what could not be read of the server is left out', async () => {
  await world.clock.sleep(1_000);
  metrics.saw({ replicationLagSeconds: 3, waitingForUs: null, oldestTransactionSeconds: 0 });
  metrics.publish();
  expect(published()).toEqual([
    { RowsVisited: 0, RowsPerSecond: 0, ReplicationLagSeconds: 3, OldestTransactionSeconds: 0 },
  ]);
});

it('pauses are counted by their reason, and once', () => {
  metrics.paused(['replicationLagSeconds', 'waitingForUs']);
  metrics.paused(['waitingForUs']);
  metrics.paused([]);
  metrics.publish();
  metrics.publish();
  expect(published()).toEqual([
    {
      RowsVisited: 0,
      ThrottledByReplicationLag: 1,
      ThrottledByLockWaiters: 2,
      ThrottledForWantOfReadings: 1,
    },
    { RowsVisited: 0 },
  ]);
});
