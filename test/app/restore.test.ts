import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RestoreState, RunPatch } from '../../src/app/ports/run-store.ts';
import { restore } from '../../src/app/restore.ts';
import { swap } from '../../src/app/swap.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { examplePlan, run1, start, World } from '../support/fake-app.ts';

const source = {
  DBInstanceIdentifier: 'shop-db',
  DbiResourceId: 'db-OLD',
  DBInstanceStatus: 'available',
  MasterUsername: 'owner',
  Engine: 'postgres',
  Endpoint: { Address: '127.0.0.1', Port: 5432 },
};
const restoredId = 'shop-db-rb-1-run';
const failedId = 'shop-db-failed-1-run';
const point = { snapshotId: 's1', requestedAt: '', recoveryTime: new Date(start).toISOString() };

let plan: Plan;
let world: World;
beforeAll(async () => {
  plan = await examplePlan();
});
beforeEach(() => {
  world = new World();
  given({});
  world.texts.set('runs/1-run/source.json', JSON.stringify(source));
  world.instances.set('shop-db', source);
});
const given = (patch: RunPatch) =>
  world.given(plan, 'rolling-back', {
    fence: 8,
    restorePoint: point,
    fingerprintAtGate: 'expanded',
    ...patch,
  });

const copy = (details: object = {}) =>
  world.instances.set(restoredId, {
    ...source,
    DBInstanceIdentifier: restoredId,
    DbiResourceId: 'db-NEW',
    ...details,
  });
const bringUp = () => restore(world.app, run1, world.budget());
const waits = { kind: 'wait', seconds: 15 };

describe('bringing the snapshot up', () => {
  it('is given up when the instance does not come up in six hours, and nothing is renamed', async () => {
    await bringUp();
    copy({ DBInstanceStatus: 'creating' });
    await world.clock.sleep(6 * 3_600_000 - 1);
    expect(await bringUp()).toEqual(waits);
    await world.clock.sleep(1);
    expect(await bringUp()).toMatchObject({
      kind: 'blocked',
      failure: {
        code: 'restore-failed',
        message: expect.stringMatching(/after six hours .* is still creating/),
      },
    });
    expect(world.run().restore?.stage).toBe('failed');
    expect([...world.instances.keys()]).toContain('shop-db');
  });

  it('goes move by move, and proves the restored instance before any name is changed', async () => {
    expect(await bringUp()).toEqual(waits);
    expect(world.rdsCalls).toEqual([`restore ${restoredId}`]);
    expect(world.run()).toMatchObject({
      status: 'restoring',
      restore: { stage: 'creating', snapshotId: 's1' },
    });
    expect(world.told[0]?.text).toContain(`writes made since ${point.recoveryTime} will be lost`);

    copy({ DBInstanceStatus: 'creating' });
    expect(await bringUp()).toEqual(waits);
    copy();
    expect(await bringUp()).toEqual(waits);
    expect(world.rdsCalls.at(-1)).toMatch(/^modify .*MasterUserPassword/);
    expect(world.run().restore?.stage).toBe('settling');

    copy({ DBInstanceStatus: 'modifying' });
    expect(await bringUp()).toEqual(waits);
    copy();
    expect(await bringUp()).toEqual({ kind: 'done' });
    expect(world.run().restore).toMatchObject({ stage: 'verified', restoredResourceId: 'db-NEW' });
    expect(await bringUp()).toEqual({ kind: 'done' });
    expect(world.rdsCalls.filter((call) => call.startsWith('rename'))).toEqual([]);
    expect(world.told).toHaveLength(1);
  });

  const settling: RestoreState = { instanceId: restoredId, failedId, snapshotId: 's1', stage: 'settling' };

  it.each<[string, object, string, RegExp]>([
    ['an unexplained difference', { MultiAZ: true }, 'before', /Multi-AZ/],
    ['another schema', {}, 'something else', /schema/],
    [
      'an instance that will not come up',
      { DBInstanceStatus: 'incompatible-restore' },
      'before',
      /incompatible-restore/,
    ],
    ['an instance without an endpoint', { Endpoint: undefined }, 'before', /port was 5432/],
  ])('stops at %s', async (_name, details, schema, message) => {
    given({ restore: settling });
    copy(details);
    world.database.schema = schema;
    const result = await bringUp();
    expect(result).toMatchObject({ kind: 'blocked', failure: { code: 'restore-failed' } });
    expect(world.run().restore).toMatchObject({
      stage: 'failed',
      differences: [expect.stringMatching(message)],
    });
  });

  it.each<[string, RestoreState['stage'], object, RegExp]>([
    ['is failed', 'creating', { DBInstanceStatus: 'failed' }, /^shop-db-rb-1-run is failed$/],
    ['has no room', 'settling', { DBInstanceStatus: 'storage-full' }, /^shop-db-rb-1-run is storage-full$/],
    ['is busy for a day', 'creating', { DBInstanceStatus: 'unheard-of' }, /is still unheard-of$/],
    [
      'takes nothing over for a day',
      'settling',
      { PendingModifiedValues: { StorageType: 'gp3' } },
      /still has to take over StorageType$/,
    ],
  ])('ends when the restored instance %s, and says what to do', async (_what, stage, details, message) => {
    given({ restore: { ...settling, stage, begunAt: new Date(start).toISOString() } });
    copy(details);
    for (let hours = 0; (await bringUp()).kind === 'wait' && hours < 30; hours++) {
      await world.clock.sleep(3_600_000);
    }
    expect(world.run().restore).toMatchObject({
      stage: 'failed',
      differences: [expect.stringMatching(message)],
    });
    // Asked again, because the answer was lost, it says so again in the end.
    await bringUp();
    expect(await bringUp()).toMatchObject({
      kind: 'blocked',
      failure: { code: 'restore-failed', remedy: expect.stringContaining('lockkeeper rollback 1-run') },
    });
  });

  it('looks at the instance anew when a person has mended it', async () => {
    given({ restore: { ...settling, stage: 'failed' } });
    copy();
    expect(await bringUp()).toEqual(waits);
    expect(await bringUp()).toEqual({ kind: 'done' });
  });

  it('expects the schema of the gate in the contract’s own restore point', async () => {
    given({ restore: settling, contractRestorePoint: { ...point, snapshotId: 's2' } });
    copy();
    world.database.schema = 'expanded';
    expect(await bringUp()).toEqual({ kind: 'done' });
  });

  it('needs a restore point', async () => {
    world.given(plan, 'rolling-back', { fence: 8 });
    await expect(bringUp()).rejects.toMatchObject({ code: 'no-restore-point' });
    expect(world.run().status).toBe('rolling-back');
  });
});

describe('the swap of names', () => {
  const verified: RestoreState = {
    instanceId: restoredId,
    failedId,
    snapshotId: 's1',
    stage: 'verified',
    restoredResourceId: 'db-NEW',
  };
  const move = () => swap(world.app, run1);
  beforeEach(() => {
    world.given(plan, 'restoring', { fence: 8, restorePoint: point, restore: verified });
    copy();
  });
  const names = () =>
    [...world.instances].map(([name, { DbiResourceId }]) => `${name}=${DbiResourceId}`).toSorted();

  it('is two renames, each followed by a look, and keeps the failed instance', async () => {
    await world.clock.sleep(90_000);
    expect(await move()).toEqual(waits);
    expect(world.run().restore).toMatchObject({
      stage: 'swapping',
      swapStartedAt: new Date(start + 90_000).toISOString(),
    });
    await world.clock.sleep(60_000);
    expect(await move()).toEqual(waits);
    expect(await move()).toEqual({ kind: 'done', undoMore: false });
    expect(world.rdsCalls).toEqual([`rename shop-db to ${failedId}`, `rename ${restoredId} to shop-db`]);
    expect(names()).toEqual(['shop-db-failed-1-run=db-OLD', 'shop-db=db-NEW']);
    expect(world.run().restore).toMatchObject({ stage: 'swapped', secondsOfWritesLost: 90 });
    expect(await move()).toEqual({ kind: 'done', undoMore: false });
    expect(world.rdsCalls).toHaveLength(2);
  });

  it('goes on from what there is, wherever it was interrupted', async () => {
    world.instances.delete('shop-db');
    world.instances.set(failedId, source);
    expect(await move()).toEqual(waits);
    expect(world.rdsCalls).toEqual([`rename ${restoredId} to shop-db`]);
  });

  it('waits while RDS renames', async () => {
    world.instances.set('shop-db', { ...source, DBInstanceStatus: 'renaming' });
    expect(await move()).toEqual(waits);
    expect(world.rdsCalls).toEqual([]);
  });

  it('goes on to undo the expand phase after a restore to the contract’s own point', async () => {
    world.given(plan, 'restoring', {
      fence: 8,
      restore: verified,
      contractRestorePoint: { ...point, snapshotId: 's2' },
    });
    await move();
    await move();
    expect(await move()).toEqual({ kind: 'done', undoMore: true });
  });

  it('stops where nothing is safe, and the verdict goes on naming the first cause', async () => {
    await world.store.updateRun(run1, {
      failure: { class: 'fatal', code: 'first', message: 'the first cause' },
    });
    world.instances.set(failedId, { DbiResourceId: 'db-STRANGER', DBInstanceStatus: 'available' });
    expect(await move()).toMatchObject({ kind: 'blocked', failure: { code: 'swap-stopped' } });
    expect(world.run()).toMatchObject({
      failure: { code: 'first' },
      because: expect.stringContaining(failedId),
    });
    expect(world.rdsCalls).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ['restored', () => copy({ DBInstanceStatus: 'failed' }), 'is failed'],
    [
      'old',
      () =>
        world.instances.set('shop-db', {
          ...source,
          DBInstanceStatus: 'failed',
          PendingModifiedValues: { DBInstanceIdentifier: failedId },
        }),
      'shop-db is failed',
    ],
  ])('stops when a rename leaves the %s instance failed', async (_which, break_, because) => {
    break_();
    expect(await move()).toMatchObject({
      kind: 'blocked',
      failure: {
        code: 'swap-stopped',
        message: expect.stringContaining(because),
        remedy: expect.stringContaining('lockkeeper rollback 1-run'),
      },
    });
  });

  it('stops when a rename takes hours', async () => {
    world.instances.delete('shop-db');
    expect(await move()).toEqual(waits);
    expect(world.run().status).toBe('restoring');
    await world.store.updateRun(run1, {
      restore: { ...verified, swapStartedAt: new Date(start).toISOString() },
    });
    await world.clock.sleep(2 * 3_600_000);
    expect(await move()).toMatchObject({
      kind: 'blocked',
      failure: { code: 'swap-stopped', message: expect.stringContaining(failedId) },
    });
  });

  it('needs a restored instance', async () => {
    world.given(plan, 'restoring', { fence: 8 });
    await expect(move()).rejects.toMatchObject({ code: 'no-restore' });
  });
});
