import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enter } from '../../src/app/enter.ts';
import type { StepAttempt } from '../../src/app/ports/engine.ts';
import { takeRestorePoint } from '../../src/app/restore-point.ts';
import { runChecks } from '../../src/app/run-checks.ts';
import { runSteps } from '../../src/app/run-steps.ts';
import { FatalError, RetryableError } from '../../src/core/errors.ts';
import { runId } from '../../src/core/ids.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { arn, examplePlan, run1, start, World } from '../support/fake-app.ts';

let plan: Plan;
let world: World;
beforeAll(async () => {
  plan = await examplePlan();
});
beforeEach(() => {
  world = new World();
});

const lease = (id = run1) =>
  world.store.leases.set('shop', {
    target: 'shop',
    runId: id,
    executionArn: arn,
    number: 1,
    expiresAt: start,
  });

describe('the checks', () => {
  const ask = (when: 'before' | 'after') => runChecks(world.app, run1, when, world.budget());
  const entries = () => world.said('checks');

  it('before the change move the run on and are remembered', async () => {
    world.given(plan, 'leased');
    expect(await ask('before')).toEqual({ kind: 'done' });
    expect(world.run()).toMatchObject({ status: 'checked' });
    expect(world.run().checksBefore).toHaveLength(plan.checks.before.length);
  });

  it.each(['failed', 'unreadable'] as const)('stop the run when one is %s', async (outcome) => {
    world.given(plan, 'leased');
    world.database.check = (check) => (check.check === 'replication_lag' ? outcome : 'passed');
    expect(await ask('before')).toMatchObject({ kind: 'blocked', failure: { code: 'check-failed' } });
    expect(world.run()).toMatchObject({
      status: 'leased',
      failure: { message: 'checks before the change failed: replication_lag: found' },
    });
    expect(world.run().checksBefore).toBeUndefined();
    expect(entries()).toEqual([`1 of ${plan.checks.before.length} checks before the change failed`]);
  });

  it.each([
    ['has passed its first checks', { checksBefore: [] }],
    ['was rebuilt from the ledger, which it enters after them', { fence: 7 }],
  ])('are not asked again of a run that %s', async (_name, patch) => {
    world.given(plan, 'checked', patch);
    world.database.check = () => 'failed';
    expect(await ask('before')).toEqual({ kind: 'done' });
    expect(world.database.connections).toBe(0);
  });

  it('after the change keep the schema as the run leaves it at its gate', async () => {
    world.given(plan, 'backfilling');
    world.database.schema = 'expanded';
    expect(await ask('after')).toEqual({ kind: 'done' });
    expect(world.run()).toMatchObject({ status: 'validating', fingerprintAtGate: 'expanded' });
  });

  it('after the change are over once the contract has begun: it takes away what they may ask for', async () => {
    world.given(plan, 'contracting', { contractedAt: 'then', fingerprintAtGate: 'expanded' });
    world.database.check = () => 'unreadable';
    expect(await ask('after')).toEqual({ kind: 'done' });
    expect(world.run().fingerprintAtGate).toBe('expanded');
  });

  it('hear of an abort first', async () => {
    world.given(plan, 'leased', { abortRequested: true });
    expect(await ask('before')).toMatchObject({ kind: 'blocked', failure: { code: 'aborted' } });
  });
});

describe('entering the database', () => {
  const go = () => enter(world.app, run1, 5, world.budget());

  it('takes the fence and the readings that later counts are compared with', async () => {
    world.given(plan, 'checked');
    expect(await go()).toEqual({ kind: 'done', fence: 5 });
    expect(world.run()).toMatchObject({ fence: 5, baseline: { users: { rows: '1' } } });
  });

  it.each([
    ['that is not the one planned for', 'checked', {}, false, 'changed after the plan was made'],
    [
      'changed while the run waited',
      'awaiting-contract',
      { fingerprintAtGate: 'expanded' },
      true,
      'while the run waited',
    ],
  ] as const)('is refused for a schema %s', async (_name, status, patch, begun, message) => {
    world.given(plan, status, patch);
    if (begun) world.entered(plan);
    world.database.schema = 'changed';
    expect(await go()).toMatchObject({ kind: 'blocked', failure: { code: 'schema-changed' } });
    expect(world.run().failure?.message).toContain(message);
    expect(world.database.log).toEqual([]);
  });

  it.each([
    ['its own steps are changing it', 'expanding', {}],
    ['its own contract has begun', 'contracting', { fingerprintAtGate: 'expanded', contractedAt: 'then' }],
  ] as const)('does not compare the schema while %s', async (_name, status, patch) => {
    world.given(plan, status, patch);
    world.entered(plan);
    world.database.schema = 'half way';
    expect(await go()).toMatchObject({ kind: 'done', fence: 8 });
  });

  it('finds the database occupied, locked or the run concluded', async () => {
    world.given(plan, 'checked');
    world.database.entering = { kind: 'occupied', by: runId('2-other'), since: 'then' };
    expect(await go()).toMatchObject({ kind: 'blocked', failure: { code: 'unfinished-run' } });
    world.database.entering = { kind: 'locked', holder: 'psql' };
    await expect(go()).rejects.toBeInstanceOf(RetryableError);
    world.given(plan, 'checked');
    world.database.entering = { kind: 'concluded', verdict: 'SUCCEEDED' };
    expect(await go()).toMatchObject({ kind: 'blocked', failure: { code: 'already-concluded' } });
    expect(world.run().failure).toBeUndefined();
  });
});

describe('the steps of a phase', () => {
  const go = (phase: 'expand' | 'contract', ms?: number) =>
    runSteps(world.app, run1, 7, phase, world.budget(ms));
  beforeEach(() => {
    world.given(plan, 'snapshotted', { fence: 7 });
    lease();
  });
  const script = (...outcomes: (StepAttempt | Error)[]) => {
    world.database.attempt = () => {
      const next = outcomes.shift() ?? { kind: 'done', alreadyDone: false };
      if (next instanceof Error) throw next;
      return next;
    };
  };
  const blocker = {
    session: '42',
    user: 'app',
    application: '',
    state: 'idle in transaction',
    transactionSeconds: 3.4,
  };
  const locked: StepAttempt = { kind: 'locked', blockers: [blocker] };

  it.each([
    ['are left to a server that goes on with them', false, 20_000],
    ['are waited for where they end with their client', true, 560_000],
  ])('%s', async (_name, endWithClient, waitMs) => {
    world.database.statementsEndWithClient = endWithClient;
    let waited = 0;
    world.database.attempt = (_step, options) => {
      waited = options?.waitMs ?? 0;
      return { kind: 'running', progress: null };
    };
    await go('expand', 570_000);
    expect(waited).toBe(waitMs);
  });

  it('are done in order, those that are journaled not again', async () => {
    world.database.done('expand-1');
    expect(await go('expand')).toEqual({ kind: 'done' });
    expect(world.database.log).toEqual(['expand-2 done', 'expand-3 done']);
    expect(world.run()).toMatchObject({ status: 'expanding', t0: new Date(start).toISOString() });
  });

  it('say when the contract begins, once', async () => {
    world.given(plan, 'validating', { fence: 7 });
    await go('contract');
    const { contractedAt } = world.run();
    expect(contractedAt).toBe(new Date(start).toISOString());
    await world.clock.sleep(1000);
    await go('contract');
    expect(world.run()).toMatchObject({ status: 'contracting', contractedAt });
  });

  it.each([
    ['an abort', { abortRequested: true }, 'blocked'],
    ['a pause', { pauseRequested: true }, 'paused'],
  ] as const)('hear of %s between two of them', async (_name, patch, kind) => {
    world.database.attempt = async () => {
      await world.store.updateRun(run1, patch);
      return { kind: 'done', alreadyDone: false };
    };
    expect((await go('expand')).kind).toBe(kind);
    expect(world.database.log).toEqual(['expand-1 done']);
  });

  it('are not begun without the lease', async () => {
    lease(runId('2-other'));
    expect(await go('expand')).toMatchObject({ kind: 'blocked', failure: { code: 'lease-lost' } });
    expect(world.database.connections).toBe(0);
  });

  it('step back from a lock and try again, naming who holds it', async () => {
    script(locked, locked);
    expect(await go('expand')).toEqual({ kind: 'done' });
    expect(world.said('lock-wait')).toEqual(
      Array(2).fill(
        'expand-1 did not get its lock; held by session 42 (app, no application name, idle in transaction, in a transaction for 3 s)',
      ),
    );
    expect(world.run().lockWaitSince).toBe('');
  });

  it('give up, with the blockers, when the attempts have gone on long enough over several invocations', async () => {
    world.database.attempt = () => locked;
    let invocations = 0;
    for (;;) {
      const result = await go('expand', 60_000);
      invocations += 1;
      if (result.kind === 'continue') continue;
      expect(result).toMatchObject({ kind: 'blocked', failure: { code: 'lock-not-granted' } });
      break;
    }
    expect(world.clock.now() - start).toBeGreaterThanOrEqual(plan.settings.lockRetryForMs);
    expect(invocations).toBeGreaterThan(30);
  });

  it('never sleep beyond their invocation', async () => {
    world.database.attempt = () => locked;
    expect(await go('expand', 5_000)).toEqual({ kind: 'continue' });
    expect(world.clock.now() - start).toBeLessThanOrEqual(5_000);
  });

  it('leave a statement that goes on to the server', async () => {
    script({ kind: 'running', progress: { phase: 'building index', done: 1, total: 3 } });
    expect(await go('expand')).toEqual({ kind: 'wait', seconds: 15 });
    expect(world.said('step')).toEqual(['expand-1: building index 33 %']);
  });

  it('stop at one that fails, with its place in the file', async () => {
    script(new FatalError('column exists', { code: 'duplicate-column' }));
    expect(await go('expand')).toMatchObject({ kind: 'blocked' });
    expect(world.run().failure).toMatchObject({
      code: 'duplicate-column',
      message: 'expand-1 (V1__seen.yaml:3) failed: column exists',
    });
  });

  it('let a passing fault out', async () => {
    script(new RetryableError('gone', { code: 'connection-lost' }));
    await expect(go('expand')).rejects.toMatchObject({ code: 'connection-lost' });
    expect(world.database.open).toBe(0);
  });
});

describe('the restore point', () => {
  const take = (purpose: 'start' | 'contract') => takeRestorePoint(world.app, run1, purpose);
  const name = (purpose: string) => `lockkeeper-shop-${purpose}-1-run`;
  const finish = (purpose: string, databaseTime: string | null = '2026-01-01T00:00:05.000Z') =>
    world.snapshots.set(name(purpose), {
      snapshotId: name(purpose),
      status: 'available',
      percent: 100,
      databaseTime,
    });
  beforeEach(() => {
    world.given(plan, 'checked');
    world.instances.set('shop-db', { DBInstanceIdentifier: 'shop-db', DBInstanceStatus: 'available' });
  });

  it('is asked for once, with the description of its source, and waited for', async () => {
    expect(await take('start')).toEqual({ kind: 'wait', seconds: 15 });
    expect(await take('start')).toEqual({ kind: 'wait', seconds: 15 });
    finish('start');
    expect(await take('start')).toEqual({ kind: 'done' });
    expect(world.rdsCalls).toEqual([`snapshot ${name('start')}`]);
    expect(world.texts.get('runs/1-run/source.json')).toBe(
      '{"DBInstanceIdentifier":"shop-db","DBInstanceStatus":"available"}',
    );
    expect(world.run()).toMatchObject({
      status: 'snapshotted',
      restorePoint: { recoveryTime: '2026-01-01T00:00:05.000Z' },
    });
  });

  it('is asked for again when the first call did not come through', async () => {
    const { createSnapshot } = world.app.rds;
    const refuse = Object.assign(world.app.rds, {
      createSnapshot: () => Promise.reject(new RetryableError('throttled', { code: 'throttled' })),
    });
    await expect(take('start')).rejects.toMatchObject({ code: 'throttled' });
    Object.assign(refuse, { createSnapshot });
    expect(await take('start')).toEqual({ kind: 'wait', seconds: 15 });
  });

  it('promises no more than what was there when it was asked for, unless the server says so', async () => {
    await take('start');
    await world.clock.sleep(600_000);
    finish('start', null);
    await take('start');
    expect(world.run().restorePoint?.recoveryTime).toBe(new Date(start).toISOString());
  });

  it.each([
    ['is gone', () => world.snapshots.clear(), 'snapshot-lost'],
    ['does not come to an end', () => world.clock.sleep(6 * 3_600_000), 'snapshot-stuck'],
    [
      'has failed',
      () =>
        world.snapshots.set(name('start'), {
          snapshotId: name('start'),
          status: 'failed',
          percent: 0,
          databaseTime: null,
        }),
      'snapshot-failed',
    ],
  ])('that %s stops the run', async (_name, happen, code) => {
    await take('start');
    await happen();
    expect(await take('start')).toMatchObject({ kind: 'blocked', failure: { code } });
  });

  const begun = {
    restorePoint: { snapshotId: 's', requestedAt: '', recoveryTime: new Date(start).toISOString() },
  };

  it.each<[string, string, object, number, boolean]>([
    ['after a gate', 'deployment', {}, 0, true],
    ['at once: the first one is fresh', 'immediately', {}, 3600, false],
    ['at once, but the first one is old', 'immediately', {}, 3601, true],
    ['and the contract has begun: too late', 'deployment', { contractedAt: 'then' }, 9999, false],
  ])('of the contract, %s', async (_name, gate, patch, seconds, wanted) => {
    world.given(await examplePlan({ gate }), 'validating', { ...begun, ...patch });
    await world.clock.sleep(seconds * 1000);
    expect((await take('contract')).kind).toBe(wanted ? 'wait' : 'done');
    expect(world.rdsCalls).toHaveLength(wanted ? 1 : 0);
  });

  it('is not taken before a contract that destroys nothing, nor where the plan has none', async () => {
    world.given(await examplePlan({ contract: null }), 'validating', begun);
    expect(await take('contract')).toEqual({ kind: 'done' });
    world.given(await examplePlan({ snapshot: 'never' }), 'checked');
    expect(await take('start')).toEqual({ kind: 'done' });
    expect(world.rdsCalls).toEqual([]);
  });
});
