import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerGate, requestAbort, requestPause, requestResume } from '../../src/app/gates.ts';
import { runId } from '../../src/core/ids.ts';
import type { Delivery } from '../../src/local/lambda/hosts.ts';
import type { Fault } from '../../src/local/lambda/process.ts';
import { startWorld, type World } from '../support/platform.ts';
import { dieAfterFirstBatch } from './boundaries.ts';
import { readDatabase, readEndState } from './end-state.ts';
import { another, schema, verifiedEmail, withoutWayBack } from './scenarios.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema });
});
afterAll(() => world?.stop());

interface Told {
  readonly function: string;
  readonly gate: string | undefined;
  readonly runId: ReturnType<typeof runId>;
}

/** Who delivers, in the words of the state machine. */
function told({ functionName, payload }: Delivery): Told {
  const { gate, runId: id = '' } = payload as { gate?: string; runId?: string };
  return { function: functionName.replace('lockkeeper-', ''), gate, runId: runId(id || 'none') };
}

/** Runs a migration; `act` is called after each successful invocation, before the machine hears of it. */
async function run(
  files: typeof verifiedEmail,
  act: (told: Told) => Promise<unknown> | undefined,
  faults: (told: Told) => Fault | undefined = () => undefined,
) {
  await world.fresh();
  const bundle = await world.upload(files);
  world.interfere({
    faults: (delivery) => faults(told(delivery)),
    onDelivered: async (delivery) => {
      await world.clock.busy(async () => act(told(delivery)));
    },
  });
  const ended = await world.finish(world.start({ migration: '042', bundle }));
  return { ...ended, end: await readEndState(world, ended.run) };
}

const app = () => world.platform.app;
const approve = (at: Told) => {
  if (at.gate !== 'contract' && at.gate !== 'approval') return undefined;
  return answerGate(app(), at.runId, at.gate, { answer: 'approved', by: 'a person' });
};

test('a run that is paused goes on when it is resumed', async () => {
  const undisturbed = await run(verifiedEmail, approve);
  const paused: (string | undefined)[] = [];
  const {
    status,
    error,
    end,
    run: record,
  } = await run(verifiedEmail, async (at) => {
    await approve(at);
    if (at.function === 'partition') await requestPause(app(), at.runId);
    if (at.gate !== 'pause') return;
    paused.push((await app().store.getRun(at.runId))?.status);
    // Both workers wait, each with a token of its own.
    if (paused.length === 2) await requestResume(app(), at.runId);
  });
  expect({ error, because: record.because, paused }).toEqual({
    error: undefined,
    because: 'every step and check is done',
    paused: ['paused', 'paused'],
  });
  expect(end.changes).toEqual(expect.arrayContaining([expect.stringMatching(/ backfilling → paused$/)]));
  const { changes } = end;
  expect({ status, end }).toEqual({ status: 'SUCCEEDED', end: { ...undisturbed.end, changes } });
  const events = await app().store.listEvents(record.runId);
  expect(events.map((event) => event.text)).toEqual(
    expect.arrayContaining(['pause requested', 'resume requested']),
  );
});

test('an abort in the middle of a backfill undoes what was done', async () => {
  await world.fresh();
  const before = await readDatabase(world.query);
  let begun = 0;
  let ended = 0;
  const { end, run: record } = await run(
    verifiedEmail,
    // The first batch of each worker is in, and both workers are dead.
    (at) => (at.function === 'slice' && ++ended === 2 ? requestAbort(app(), at.runId) : undefined),
    (at) => (at.function === 'slice' && ++begun <= 2 ? dieAfterFirstBatch : undefined),
  );
  expect(end).toMatchObject({ verdict: 'ROLLED_BACK', because: 'the operator aborted the run' });
  expect(end.partitions).toEqual(['b1-p0001 f 125 125', 'b1-p0002 f 125 125']);
  expect(record.fingerprintAfter).toBe(record.fingerprintBefore);
  const { columns, constraints, indexes, rows, triggers } = end;
  expect({ columns, constraints, indexes, rows, triggers }).toEqual({
    columns: before.columns,
    constraints: before.constraints,
    indexes: before.indexes,
    rows: before.rows,
    triggers: before.triggers,
  });
});

test('a run that is rejected at its approval has not touched the database', async () => {
  await world.fresh();
  const before = await readDatabase(world.query);
  const { end, error } = await run(withoutWayBack, (at) =>
    at.gate === 'approval'
      ? answerGate(app(), at.runId, 'approval', { answer: 'rejected', by: 'ops', reason: 'not today' })
      : undefined,
  );
  expect(error).toBe('REJECTED');
  expect(end).toMatchObject({ verdict: 'REJECTED', because: expect.stringContaining('rejected by ops') });
  expect(await readDatabase(world.query)).toEqual(before);
  expect(end.snapshots).toEqual([]);
});

test('of two runs at once the second is refused and told of the first', async () => {
  await world.fresh();
  const { states } = world.platform.cloud;
  const bundle = await world.upload(another);
  const others: string[] = [];
  const startOthers = () => {
    const started = ['042', '043'].map((migration) => world.start({ migration, bundle }));
    others.push(...started);
    return started;
  };
  let first = '';
  world.interfere({
    faults: (delivery) => {
      const at = told(delivery);
      if (first === '' && at.function === 'lease') first = at.runId;
      return undefined;
    },
    onDelivered: async (delivery) => {
      const at = told(delivery);
      if (at.runId !== first) return;
      // It holds the lease and has not entered the database yet.
      if (at.function === 'lease' && others.length === 0) startOthers();
      // It has given the lease back and waits.
      if (at.gate === 'contract') {
        await world.clock.busy(async () => {
          await Promise.all(startOthers().map((other) => states.waitForExecution(other)));
          await approve(at);
        });
      }
    },
  });
  const { run: record } = await world.finish(world.start({ migration: '042', bundle }));
  expect(record).toMatchObject({ verdict: 'SUCCEEDED', runId: first });
  expect(others.length).toBe(4);
  for (const other of others) {
    const execution = await states.waitForExecution(other);
    expect(execution.status).toBe('FAILED');
    expect(execution.cause).toMatch(new RegExp(`by run ${first}|run ${first} .*(under way|not finished)`));
  }
  expect((await readDatabase(world.query)).runs).toEqual(['042 up SUCCEEDED']);
});
