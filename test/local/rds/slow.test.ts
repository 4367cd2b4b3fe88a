import {
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/local/clock/virtual-clock.ts';
import { RdsService } from '../../../src/local/rds/service.ts';
import { serve } from '../../support/serve.ts';

const MINUTE = 60_000;
const clock = new VirtualClock();
let rds: RdsService;
let served: Awaited<ReturnType<typeof serve<RDSClient>>>;

beforeAll(async () => {
  rds = await RdsService.open({
    clock,
    region: 'us-east-1',
    account: '000000000000',
    durability: 'relaxed',
    delays: { create: 5 * MINUTE, snapshot: 10 * MINUTE, restore: 20 * MINUTE, backup: 3 * MINUTE },
    snapshotQuota: 1,
    instanceQuota: 2,
  });
  served = await serve(rds, RDSClient);
});
afterAll(async () => {
  await served?.stop();
  await rds?.stop();
});

test('takes as long as it is told to on a virtual clock, and shows every status on the way', async () => {
  const begun = clock.now();
  await rds.createInstance({ identifier: 'slow', masterUsername: 'owner', masterPassword: 'some-password' });
  expect(clock.now() - begun).toBe(8 * MINUTE);

  const seen = new Map<string, number[]>();
  const watch = async (
    command: DescribeDBInstancesCommand | DescribeDBSnapshotsCommand,
    until: () => boolean,
  ) => {
    // The poll is busy work, so that time goes on between polls only.
    for (; ; await clock.sleep(MINUTE)) {
      await clock.busy(async () => {
        const answer = await served.client.send(command as DescribeDBSnapshotsCommand);
        for (const { Status, PercentProgress } of answer.DBSnapshots ?? []) {
          const percents = seen.get(Status ?? '') ?? [];
          seen.set(Status ?? '', [...percents, PercentProgress ?? -1]);
        }
        const { DBInstances } = answer as { DBInstances?: { DBInstanceStatus?: string }[] };
        for (const { DBInstanceStatus = '' } of DBInstances ?? []) seen.set(DBInstanceStatus, []);
      });
      if (until()) return;
    }
  };

  const snapshotBegun = clock.now();
  await clock.busy(() =>
    served.client.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'slow', DBSnapshotIdentifier: 'slow-t0' }),
    ),
  );
  await watch(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'slow-t0' }), () =>
    seen.has('available'),
  );
  const percents = seen.get('creating') ?? [];
  expect(percents.length).toBeGreaterThan(5);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  expect(new Set(percents).size).toBeGreaterThan(5);
  expect(seen.get('available')).toEqual([100]);
  // The copy is taken at once; only its completion is late.
  expect(rds.snapshot('slow-t0').content?.databaseTimeMs).toBe(snapshotBegun);
  expect(clock.now() - snapshotBegun).toBeGreaterThanOrEqual(10 * MINUTE);

  const second = new CreateDBSnapshotCommand({
    DBInstanceIdentifier: 'slow',
    DBSnapshotIdentifier: 'slow-t1',
  });
  await expect(served.client.send(second)).rejects.toMatchObject({ name: 'SnapshotQuotaExceededFault' });

  seen.clear();
  const restore = (DBInstanceIdentifier: string) =>
    clock.busy(() =>
      served.client.send(
        new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier, DBSnapshotIdentifier: 'slow-t0' }),
      ),
    );
  await restore('slow-rb');
  await expect(restore('slow-rb-2')).rejects.toMatchObject({ name: 'InstanceQuotaExceededFault' });
  await watch(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'slow-rb' }), () =>
    seen.has('available'),
  );
  expect([...seen.keys()]).toEqual(['creating', 'backing-up', 'available']);
});
