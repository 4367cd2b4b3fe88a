import { beforeEach, describe, expect, it } from 'vitest';
import { awaitGate } from '../../src/app/gates.ts';
import { takeRestorePoint } from '../../src/app/restore-point.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { examplePlan, run1, World } from '../support/fake-app.ts';

const plan: Plan = await examplePlan();
let world: World;
const instance = {
  DBInstanceIdentifier: 'shop-db',
  DBInstanceArn: 'arn:aws:rds:::db:shop-db',
  DBInstanceStatus: 'available',
  BackupRetentionPeriod: 7,
};
beforeEach(() => {
  world = new World();
  world.instances.set('shop-db', instance);
  world.given(plan, 'checked');
});
const take = () => takeRestorePoint(world.app, run1, 'start');

describe('the instance before a snapshot', () => {
  it('that is ready is taken at once', async () => {
    expect(await take()).toEqual({ kind: 'wait', seconds: 15 });
    expect(world.rdsCalls).toHaveLength(1);
    expect(world.said('note')).toEqual([]);
  });

  it('that is not stops the run with all reasons and remedies, before anything is asked of RDS', async () => {
    world.deployments = [{ name: 'upgrade', status: 'AVAILABLE' }];
    world.quotas = { ManualSnapshots: { used: 100, max: 100 } };
    expect(await take()).toMatchObject({
      kind: 'blocked',
      failure: {
        code: 'instance-not-ready',
        message: expect.stringMatching(/upgrade is under way.*all 100|all 100.*upgrade is under way/),
        remedy: expect.stringContaining('quota raised'),
      },
    });
    expect(world.rdsCalls).toEqual([]);
  });

  it('is waited for where that helps, and the run says so once', async () => {
    world.secret = { rotating: true, deletedAt: null };
    expect([await take(), await take()]).toEqual([
      { kind: 'wait', seconds: 15 },
      { kind: 'wait', seconds: 15 },
    ]);
    expect(world.said('note')).toEqual(['waits for shop-db: the secret is being rotated']);
    expect(world.rdsCalls).toEqual([]);
    world.secret = { rotating: false, deletedAt: null };
    await take();
    expect([world.rdsCalls.length, world.run().unreadySince]).toEqual([1, '']);
  });

  it('is not waited for without end', async () => {
    world.secret = { rotating: true, deletedAt: null };
    await take();
    await world.clock.sleep(2 * 3_600_000);
    expect(await take()).toMatchObject({ kind: 'blocked', failure: { code: 'instance-not-ready' } });
  });

  it('whose surroundings cannot be read goes on, and the run says what is not known', async () => {
    world.app.rds.deploymentsOf = async () => Promise.reject(new Error('not authorized'));
    expect(await take()).toMatchObject({ kind: 'wait' });
    expect(world.rdsCalls).toHaveLength(1);
    expect(world.said('note')).toEqual([
      'shop-db: blue/green deployments could not be read (not authorized)',
    ]);
  });
});

it('whoever is asked for consent reads what a restore would leave behind', async () => {
  const reason = 'a snapshot before the first change; a restore would leave these with the old instance: x';
  world.given({ ...plan, restorePoint: { ...plan.restorePoint, reason } }, 'planned');
  await awaitGate(world.app, run1, 'approval', 'main', 'T1');
  expect(world.told[0]?.text).toContain(`Restore point: ${reason}.`);
});
