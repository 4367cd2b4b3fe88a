import { beforeEach, describe, expect, it } from 'vitest';
import { storeBundle } from '../../src/app/bundle.ts';
import type { AppliedMigration } from '../../src/app/ports/ledger.ts';
import { findMigration, prepare, type StartInput } from '../../src/app/prepare.ts';
import { InputError } from '../../src/core/errors.ts';
import { runId } from '../../src/core/ids.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { arn, run1, shop, World } from '../support/fake-app.ts';
import { migrationOf, planFiles, sha256 } from '../support/planning.ts';
import { migration } from '../support/statements.ts';

const files = {
  'V1__a.sql': 'CREATE TABLE a (id int);',
  'U1__a.sql': 'DROP TABLE a;',
  'V2__b.sql': 'DROP TABLE b;',
  'R__views.sql': 'CREATE OR REPLACE VIEW v AS SELECT 1;',
};
let world: World;
beforeEach(async () => {
  world = new World();
  await upload(files);
});

const upload = (texts: Readonly<Record<string, string>>) =>
  storeBundle(
    world.app,
    'shop',
    Object.entries(texts).map(([path, text]) => ({ path, text })),
  );
const ask = (details: Partial<StartInput> = {}, execution = arn) =>
  prepare(world.app, { target: 'shop', migration: '1', ...details }, execution, world.budget());
const planOf1 = () => planFiles({ 'V1__a.sql': files['V1__a.sql'], 'U1__a.sql': files['U1__a.sql'] });

const applied = (details: Partial<AppliedMigration> = {}): AppliedMigration => ({
  version: '1',
  description: 'a',
  repeatable: false,
  checksum: migrationOf({ 'V1__a.sql': files['V1__a.sql'] }).checksum,
  runId: runId('1-earlier'),
  appliedAt: '2026-01-01T00:00:00.000Z',
  ...details,
});

describe('a new run', () => {
  it('is planned and recorded, and the database is not touched', async () => {
    const prepared = await ask();
    expect(prepared).toEqual({
      kind: 'done',
      runId: expect.stringMatching(/^1-[0-9a-f]{8}$/),
      needsApproval: false,
      goBack: false,
      backfills: 0,
      parallelism: [],
      switchSteps: 0,
      contractSteps: 0,
      gate: 'immediately',
    });
    expect(world.run(prepared.runId)).toMatchObject({ status: 'planned', executionArn: arn, version: '1' });
    expect([world.database.log, world.database.open]).toEqual([[], 0]);
  });

  it('is the same when it is asked for again, with the plan it was begun with', async () => {
    const first = await ask();
    const { planId } = world.run(first.runId);
    // With these files another plan would be made now, and one that needs a person.
    await upload({ ...files, 'V1__a.sql': 'DROP TABLE a;' });
    expect(await ask()).toEqual(first);
    expect(world.run(first.runId).planId).toBe(planId);
    expect(world.store.runs.size).toBe(1);
  });

  it('is another one for another execution', async () => {
    expect((await ask()).runId).not.toBe((await ask({}, 'arn:execution:two')).runId);
  });

  it.each([
    ['needs consent to what destroys data', undefined, true],
    ['has it when it was given beforehand', { by: 'ann', reason: 'b is empty' }, false],
  ])('%s', async (_name, acceptRisk, needsApproval) => {
    const prepared = await ask({ migration: '2', acceptRisk });
    expect(prepared.needsApproval).toBe(needsApproval);
    expect(world.run(prepared.runId).answers?.approval?.by).toBe(acceptRisk?.by);
  });

  it('is refused for an unknown target, or without files', async () => {
    await expect(ask({ target: 'nope' })).rejects.toMatchObject({ code: 'no-such-target' });
    world.texts.clear();
    await expect(ask()).rejects.toMatchObject({ code: 'no-bundle' });
  });

  it('uses the folder that is named, not the latest', async () => {
    const earlier = await upload({ 'V9__x.sql': 'SELECT 1;' });
    await upload(files);
    expect((await ask({ migration: '9', bundle: earlier })).runId).toMatch(/^9-/);
    await expect(ask({ migration: '9' })).rejects.toMatchObject({ code: 'no-such-migration' });
  });
});

describe('what is applied already', () => {
  it.each<[string, AppliedMigration, Partial<StartInput>, string]>([
    ['is not applied again', applied(), {}, 'already-applied'],
    ['nor under another spelling of its version', applied({ version: '001' }), {}, 'already-applied'],
    ['must not have been edited', applied({ checksum: 'other' }), {}, 'bad-input'],
    [
      'is applied again when it is repeatable and has changed',
      applied({ version: '', description: 'views', repeatable: true, checksum: sha256('') }),
      { migration: 'R__views' },
      '',
    ],
    ['can be taken back', applied(), { direction: 'down' }, ''],
    ['cannot be taken back when it is not', applied({ version: '7' }), { direction: 'down' }, 'not-applied'],
  ])('%s', async (_name, entry, input, code) => {
    world.database.applied = [entry];
    const outcome = await ask(input).catch((error: { code: string }) => error);
    expect('code' in outcome ? outcome.code : '').toBe(code);
  });
});

describe('an unfinished run', () => {
  let plan: Plan;
  beforeEach(async () => {
    plan = await planOf1();
    world.entered(plan);
    world.running.clear();
  });

  it('is gone on with by another execution; an abort asked for meanwhile is still to be carried out', async () => {
    world.given(plan, 'expanding', {
      executionArn: 'arn:gone',
      abortRequested: true,
      lockWaitSince: '2025-01-01T00:00:00.000Z',
    });
    expect(await ask()).toMatchObject({ runId: run1, goBack: false });
    expect(world.run()).toMatchObject({
      status: 'expanding',
      executionArn: arn,
      abortRequested: true,
      lockWaitSince: '',
    });
  });

  it('is left to the execution that is at work on it', async () => {
    world.given(plan, 'expanding', { executionArn: 'arn:busy' });
    world.running.add('arn:busy');
    await expect(ask()).rejects.toMatchObject({ code: 'target-busy' });
    expect(world.run().executionArn).toBe('arn:busy');
    expect(await ask({}, 'arn:busy')).toMatchObject({ runId: run1 });
  });

  it('is rebuilt half undone, where the ledger says so', async () => {
    world.database.done('expand-1', 'undo-1');
    expect((await ask()).goBack).toBe(true);
  });

  it('is rebuilt from the ledger where the run store has lost it', async () => {
    expect(await ask()).toMatchObject({ runId: run1 });
    expect(world.run()).toMatchObject({ status: 'checked', fence: 7, planId: plan.planId });
    expect(JSON.parse(world.texts.get(`plans/${plan.planId}.json`) ?? '')).toEqual(plan);
  });

  it.each(['rolling-back', 'awaiting-restore', 'restoring'] as const)(
    'goes on going back when it is %s',
    async (status) => {
      world.given(plan, status, { executionArn: 'arn:gone' });
      expect((await ask()).goBack).toBe(true);
    },
  );

  it.each<[string, Partial<StartInput>]>([
    ['of another migration', { migration: '2' }],
    ['in the other direction', { direction: 'down' }],
  ])('%s stands in the way', async (_name, input) => {
    await expect(ask(input)).rejects.toMatchObject({ code: 'unfinished-run' });
  });

  it('of another target name stands in the way: it may be the wrong database', async () => {
    world.entered({ ...plan, target: { ...plan.target, name: 'billing' } });
    await expect(ask()).rejects.toMatchObject({
      code: 'unfinished-run',
      message: expect.stringContaining('as target billing'),
    });
    expect(world.store.runs.size).toBe(0);
  });

  it('is not gone on with from a file that was edited since', async () => {
    await upload({ ...files, 'V1__a.sql': 'CREATE TABLE a (id bigint);' });
    const error = await ask().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ problems: [{ file: 'V1__a.sql' }] });
  });

  it('that needed attention goes on, once a person starts it again', async () => {
    world.given(plan, 'concluded', {
      verdict: 'NEEDS_ATTENTION',
      undoOutcome: 'failed',
      abortRequested: true,
      executionArn: 'arn:gone',
    });
    expect(await ask()).toMatchObject({ runId: run1, goBack: false });
    expect(world.run()).toMatchObject({
      status: 'checked',
      executionArn: arn,
      undoOutcome: 'untried',
      abortRequested: false,
    });
  });

  it.each([
    ['undo steps are done', {}, ['expand-1', 'undo-1']],
    [
      'a restore has begun',
      { restore: { instanceId: 'r', failedId: 'f', snapshotId: 's', stage: 'failed' } as const },
      ['expand-1'],
    ],
  ])('that needed attention does not go on forward when %s', async (_name, patch, journal) => {
    world.given(plan, 'concluded', { verdict: 'NEEDS_ATTENTION', executionArn: 'arn:gone', ...patch });
    world.database.done(...journal);
    await expect(ask()).rejects.toMatchObject({ code: 'needs-attention' });
    expect(world.run().status).toBe('concluded');
  });
});

describe('finding a migration', () => {
  const folder = ['042', '1.10', '20260101'].map((version) => migration({ version }));
  const all = [...folder, migration({ version: '', description: 'views', repeatable: true })];

  it.each([
    ['042', '042'],
    ['42', '042'],
    ['V042', '042'],
    ['v42', '042'],
    ['1.10', '1.10'],
    ['V01.10', '1.10'],
    ['1_10', '1.10'],
    ['20260101', '20260101'],
    ['R__views', ''],
  ])('%s is %s', (wanted, version) => {
    expect(findMigration(all, wanted).version).toBe(version);
  });

  it.each(['1.1', '0420', 'views', '', 'V'])('there is no %j, and the known ones are named', (wanted) => {
    expect(() => findMigration(all, wanted)).toThrow(
      expect.objectContaining({ code: 'no-such-migration', remedy: expect.stringContaining('042, 1.10') }),
    );
  });
});

it('works on the target that was asked for', async () => {
  world.target = { ...shop, name: 'other' };
  await expect(ask()).rejects.toMatchObject({ code: 'no-such-target' });
});
