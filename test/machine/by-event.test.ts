import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { detailTypes } from '../../lambdas/catalog.ts';
import { requestResume } from '../../src/app/gates.ts';
import type { RunRecord } from '../../src/app/ports/run-store.ts';
import { loadWork } from '../../src/app/runs.ts';
import { project, usualAssumptions } from '../../src/core/cost/project.ts';
import type { RunId } from '../../src/core/ids.ts';
import type { Delivery } from '../../src/local/lambda/hosts.ts';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/platform.ts';
import type { WorldClient } from '../support/world-database.ts';
import { readEndState } from './end-state.ts';
import { schema, verifiedEmail, withoutWayBack } from './scenarios.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema, rules: true });
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await world.fresh();
  // Handlers have the machine's own clock: events that are to come later are told an hour ahead.
  await world.clock.sleep(3_600_000);
});

const cloud = () => world.platform.cloud;
const app = () => world.platform.app;

/** Executions begun since, oldest first; those of the workers are not among them. */
function executionsSince(known: ReadonlySet<string>): string[] {
  return cloud()
    .states.listExecutions()
    .filter(({ executionArn, mapRunArn, stateMachineArn }) => {
      return mapRunArn === undefined && stateMachineArn.endsWith('migration') && !known.has(executionArn);
    })
    .map(({ executionArn }) => executionArn)
    .toReversed();
}

const known = (): Set<string> =>
  new Set(
    cloud()
      .states.listExecutions()
      .map(({ executionArn }) => executionArn),
  );

interface At {
  readonly function: string;
  readonly gate: string | undefined;
  readonly phase: string | undefined;
  readonly runId: RunId;
}

const whereabouts = ({ functionName, payload }: Delivery): At => {
  const { gate, phase, runId: id } = payload as { gate?: string; phase?: string; runId?: string };
  return { function: functionName.replace('lockkeeper-', ''), gate, phase, runId: (id ?? 'none') as RunId };
};

/** `act` is called after each invocation, before the machine hears of it. */
const onEach = (act: (at: At) => Promise<unknown> | undefined) =>
  world.interfere({
    onDelivered: async (delivery) => {
      await world.clock.busy(async () => act(whereabouts(delivery)));
    },
  });

const deployed = (target = world.target.name) =>
  cloud().events.publish('pipeline', detailTypes.deployment, { target });
const deployWhenAsked = (at: At) => (at.gate === 'contract' ? Promise.resolve(deployed()) : undefined);
const ask = (migration: string, bundle?: string) =>
  cloud().events.publish('pipeline', detailTypes.start, {
    target: world.target.name,
    migration,
    ...(bundle === undefined ? {} : { bundle }),
  });

describe('an event', () => {
  test('starts a run, a deployment opens its gate, and it succeeds', async () => {
    const before = known();
    await world.upload(verifiedEmail);
    onEach(deployWhenAsked);
    const entered: string[] = [];
    const end = cloud().states.onTransition(({ kind, state }) => kind === 'entered' && entered.push(state));
    ask('V042');
    await cloud().events.settled();
    const [started = expect.fail(), ...more] = executionsSince(before);
    const { status, run } = await world.finish(started);
    end();
    // What the plan projects is what it takes, but for the looks at slow things.
    const plan = await loadWork(app(), run.runId);
    const again = entered.filter((state) => state.startsWith('Wait')).length;
    const looked = entered.length - again * 3;
    expect(looked).toBe(project(plan.plan, { ...usualAssumptions, snapshotLooks: 1 }).transitions);
    expect({ status, verdict: run.verdict, more }).toEqual({
      status: 'SUCCEEDED',
      verdict: 'SUCCEEDED',
      more: [],
    });
    expect(run.answers?.contract).toMatchObject({ answer: 'approved', by: 'the deployment of pipeline' });
  });

  test('delivered twice, or followed by another that asks for the same, starts one run', async () => {
    const before = known();
    const bundle = await world.upload(verifiedEmail);
    const event = {
      id: 'the-very-same',
      'detail-type': detailTypes.start,
      detail: { target: world.target.name, migration: '042', bundle },
    };
    let asked = false;
    onEach(async (at) => {
      if (at.function === 'partition' && !asked) {
        asked = true;
        await intake(event);
        await intake({ ...event, id: 'another', detail: { ...event.detail, migration: 'V042' } });
      }
      await deployWhenAsked(at);
    });
    await intake(event);
    const [started = expect.fail()] = executionsSince(before);
    await world.finish(started);
    // Delivered late, long after the run has ended.
    expect(await intake(event)).toMatchObject({ did: 'duplicate', executionArn: started });
    expect(asked).toBe(true);
    expect(executionsSince(before)).toEqual([started]);
  });

  test('of a bundle that has landed starts what the bundle says', async () => {
    const before = known();
    onEach(deployWhenAsked);
    const text = JSON.stringify({ files: verifiedEmail, start: { migration: '042' } });
    await app().artifacts.putText(`bundles/${world.target.name}/of-a-pipeline.json`, text);
    await cloud().events.settled();
    const [started = expect.fail()] = executionsSince(before);
    expect((await world.finish(started)).status).toBe('SUCCEEDED');
  });

  test('of a bundle that says nothing, or of anything else in the bucket, starts nothing', async () => {
    const before = known();
    await world.upload(verifiedEmail);
    await app().artifacts.putText('reports/run.json', '{"start":{"migration":"042"}}');
    await cloud().events.settled();
    expect(executionsSince(before)).toEqual([]);
  });

  test('of a deployment that had succeeded before the run came to its gate opens nothing', async () => {
    await world.upload(verifiedEmail);
    const early = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
    const answers: unknown[] = [];
    onEach(async (at) => {
      if (at.gate !== 'contract') return;
      const event = { id: 'early', 'detail-type': detailTypes.deployment, source: 'pipeline', time: early };
      answers.push(await intake({ ...event, detail: { target: world.target.name } }));
      answers.push(
        await intake({ ...event, time: later(60), detail: { target: world.target.name, migration: '41' } }),
      );
      deployed();
    });
    const ended = await world.finish(world.start({ migration: '042' }));
    expect(answers).toEqual([
      { did: 'nothing', because: expect.stringContaining('was waiting for this deployment') },
      { did: 'nothing', because: expect.stringContaining('was waiting for this deployment') },
    ]);
    expect(ended.status).toBe('SUCCEEDED');
  });

  test('never gives the consent that is a person’s', async () => {
    await world.upload(withoutWayBack);
    const before = known();
    let asked = 0;
    onEach(async (at) => {
      if (at.gate !== 'approval') return;
      asked += 1;
      deployed();
    });
    ask('042');
    await cloud().events.settled();
    const [started = expect.fail()] = executionsSince(before);
    // Nobody answers for a week of the virtual clock.
    expect(await world.finish(started)).toMatchObject({ error: 'REJECTED' });
    expect(asked).toBe(1);
    cloud().events.publish('pipeline', detailTypes.start, {
      target: world.target.name,
      migration: '042',
      acceptRisk: { by: 'a pipeline', reason: 'it may' },
    });
    await cloud().events.settled();
    expect(cloud().events.deadLetters.at(-1)).toMatchObject({ error: expect.stringContaining('acceptRisk') });
  });

  test.each([
    ['pause', 'SUCCEEDED', /is being paused, because the alarm latency went off/],
    ['abort', 'ROLLED_BACK', /goes back, because the alarm latency went off/],
  ])('of an alarm makes a run %s', async (action, verdict, said) => {
    await world.upload(verifiedEmail);
    const alarm = { id: `alarm-${action}`, 'detail-type': detailTypes.alarm };
    const detail = { target: world.target.name, alarm: 'latency', action };
    let waiting = 0;
    onEach(async (at) => {
      if (at.function === 'partition') await intake({ ...alarm, detail });
      if (at.gate === 'pause' && ++waiting === 2) await requestResume(app(), at.runId);
      await deployWhenAsked(at);
    });
    const { run } = await world.finish(world.start({ migration: '042' }));
    expect(run.verdict).toBe(verdict);
    expect(waiting).toBe(action === 'pause' ? 2 : 0);
    expect(cloud().sns.messages.map(({ message }) => message)).toContainEqual(expect.stringMatching(said));
  });

  test('that cannot be carried out is a dead letter after three attempts, and starts nothing', async () => {
    const before = known();
    cloud().events.publish('pipeline', detailTypes.start, { target: 'nobody', migration: '042' });
    await cloud().events.settled();
    expect(cloud().events.deadLetters.at(-1)).toMatchObject({
      functionName: 'lockkeeper-intake',
      error: expect.stringContaining('there is no target "nobody"'),
    });
    expect(executionsSince(before)).toEqual([]);
  });
});

describe('when somebody presses Stop', () => {
  /** Runs until a session of the given role waits for `blocker`, then stops the execution, and lets go. */
  async function stopWhileBlocked(
    blocker: WorldClient,
    role: string,
    begin: (at: At) => Promise<unknown> | undefined,
  ) {
    await world.upload(verifiedEmail);
    const executionArn = world.start({ migration: '042' });
    onEach(begin);
    try {
      await pressStop(executionArn, role);
      await cloud().events.settled();
    } finally {
      await blocker.query('ROLLBACK');
    }
    return world.finish(executionArn);
  }

  async function pressStop(executionArn: string, role: string) {
    await eventually(async () => {
      const waiting = await world.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name LIKE $1 AND wait_event_type = 'Lock'`,
        [`lockkeeper/%/${role}%`],
      );
      expect(waiting).not.toEqual([]);
      // The whole run up to there lies before it.
    }, 50_000);
    cloud().states.stopExecution(executionArn, 'Operator', 'wrong window');
  }

  async function expectSafe(run: RunRecord, status: string) {
    const end = await readEndState(world, run);
    expect(status).toBe('ABORTED');
    expect(end).toMatchObject({
      verdict: 'NEEDS_ATTENTION',
      because: 'somebody pressed Stop on its execution (Operator: wrong window)',
      failure: 'interrupted',
      sessions: [],
      runs: ['042 up open'],
      lease: { runId: run.runId },
      snapshots: expect.arrayContaining(['lockkeeper-shop-start-RUN available']),
      instances: ['main available'],
      history: [],
    });
    expect(cloud().sns.messages.at(-1)?.message).toContain('ended: NEEDS_ATTENTION. somebody pressed Stop');
    return end;
  }

  test('in a backfill, its sessions are ended, nothing is undone, and it can be taken up again', async () => {
    const blocker = await world.connect();
    const { run, status } = await stopWhileBlocked(blocker, 'b1-p', async (at) => {
      if (at.function !== 'partition') return;
      await blocker.query('BEGIN');
      await blocker.query('SELECT 1 FROM users WHERE id IN (200, 450) FOR UPDATE');
    });
    const end = await expectSafe(run, status);
    expect(end.columns).toContain('email_verified boolean');
    expect(end.journal.filter((line) => line.includes('undo'))).toEqual([]);
    await blocker.end();

    onEach(deployWhenAsked);
    const again = await world.finish(world.start({ migration: '042' }));
    expect({ runId: again.run.runId, verdict: again.run.verdict, because: again.run.because }).toEqual({
      runId: run.runId,
      verdict: 'SUCCEEDED',
      because: 'every step and check is done',
    });
  });

  test('in a contract, nothing is destroyed by stragglers, and it can be taken up again', async () => {
    const blocker = await world.connect();
    const { run, status } = await stopWhileBlocked(blocker, 'contract', async (at) => {
      if (at.gate !== 'contract') return;
      await blocker.query('BEGIN');
      await blocker.query('SELECT 1 FROM users LIMIT 1');
      deployed();
    });
    const end = await expectSafe(run, status);
    expect(end.columns).toContain('email_confirmation_token text');
    await blocker.end();

    onEach(deployWhenAsked);
    const again = await world.finish(world.start({ migration: '042' }));
    expect({ runId: again.run.runId, verdict: again.run.verdict, because: again.run.because }).toEqual({
      runId: run.runId,
      verdict: 'SUCCEEDED',
      because: 'every step and check is done',
    });
  });

  test('before anything was changed, the run is over', async () => {
    await world.upload(withoutWayBack);
    const executionArn = world.start({ migration: '042' });
    onEach(async (at) => {
      if (at.gate === 'approval') cloud().states.stopExecution(executionArn);
    });
    const { run } = await world.finish(executionArn);
    await cloud().events.settled();
    expect(await app().store.getRun(run.runId)).toMatchObject({
      verdict: 'REJECTED',
      because: 'somebody pressed Stop on its execution before anything was changed',
    });
    expect((await readEndState(world, run)).runs).toEqual([]);
  });
});

const later = (seconds: number): string =>
  new Date(world.clock.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

/** Invokes the intake as EventBridge does, and answers what it answered. */
async function intake(event: object): Promise<unknown> {
  const { lambda } = cloud();
  const { signal } = new AbortController();
  const result = await world.clock.busy(() =>
    lambda.invoke('lockkeeper-intake', event, { timeoutMs: 60_000, signal }),
  );
  return result.ok ? result.payload : expect.fail(result.errorMessage);
}
