import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Effects, plainEffects } from '../../../src/app/ports/effects.ts';
import type { Lease, PartitionProgress, RunRecord, RunStore } from '../../../src/app/ports/run-store.ts';
import { dynamoRunStore } from '../../../src/aws/run-store/run-store.ts';
import { FatalError } from '../../../src/core/errors.ts';
import { asPartitionId, planId, runId, stepId } from '../../../src/core/ids.ts';
import { arrow, type Status, statuses } from '../../../src/core/lifecycle.ts';
import { startTable, type TestTable } from './table.ts';

let db: TestTable;
let store: RunStore;

beforeAll(async () => {
  db = await startTable();
  store = storeWith(plainEffects);
});
afterAll(() => db.stop());

function storeWith(
  effects: Effects,
  random: () => number = Math.random,
  now = () => 1_800_000_000_000,
): RunStore {
  return dynamoRunStore({ client: db.client, table: db.table, clock: { now }, random, effects });
}

let made = 0;
function newRun(patch: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: runId(`run-${++made}`),
    target: 'shop',
    version: '042',
    description: 'add email_verified',
    direction: 'up',
    planId: planId('p'.repeat(64)),
    status: 'planned',
    executionArn: 'arn:aws:states:eu-central-1:1:execution:m:x',
    startedAt: '2026-11-23T10:00:00.000Z',
    ...patch,
  };
}

/** The record without what is still to be told of it. */
function bare<Run extends RunRecord | null>(run: Run): Run {
  if (run === null) return run;
  const { unannounced: _, ...rest } = run;
  return rest as Run;
}

/** Holds every call of one effect back until as many as expected have arrived, so that they race for certain. */
function meetAt(effect: string, parties: number): Effects {
  let arrived = 0;
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    async around(name, act) {
      if (name.startsWith(effect)) {
        if (++arrived >= parties) open();
        await gate;
      }
      return act();
    },
  };
}

/** Sends each of these commands twice and gives back the second outcome: a lost reply and the SDK's own retry. */
async function withLostReplies<Result>(command: string, act: () => Promise<Result>): Promise<Result> {
  const name = `lose-${command}`;
  db.client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === command) await next(args).catch(() => undefined);
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name },
  );
  try {
    return await act();
  } finally {
    db.client.middlewareStack.remove(name);
  }
}

test('creating a run twice keeps the first record', async () => {
  const first = newRun();
  expect(bare(await store.createRun(first))).toEqual(first);
  expect(bare(await store.createRun({ ...first, description: 'something else' }))).toEqual(first);
  expect(bare(await store.getRun(first.runId))).toEqual(first);
});

test('an unknown run reads as null, and changing it is an error', async () => {
  expect(await store.getRun(runId('nobody'))).toBeNull();
  await expect(store.updateRun(runId('nobody'), { at: 'x' })).rejects.toMatchObject({ code: 'no-such-run' });
  await expect(store.transition(runId('nobody'), 'leased')).rejects.toMatchObject({ code: 'no-such-run' });
  expect(await store.getRun(runId('nobody'))).toBeNull();
});

test('a whole record comes back as it was written', async () => {
  const run = newRun({
    baseline: { 'public.users': { rows: '9007199254740993', inserted: '1', deleted: '0' } },
    checksBefore: [
      { check: 'no_nulls', title: 'users.email', outcome: 'failed', found: '3 rows', remedy: 'fill' },
    ],
    failure: { class: 'fatal', code: 'x', message: 'ünïcode ✓' },
    answers: { approval: { answer: 'approved', by: 'ann', at: '2026-11-23T10:00:01.000Z' } },
    because: '',
    fence: 7,
  });
  await store.createRun(run);
  expect(bare(await store.getRun(run.runId))).toEqual(run);
});

test('the runs of a target are listed newest first', async () => {
  const target = 'list-target';
  const days = ['2026-01-02', '2026-01-01', '2026-01-03'];
  const runs = days.map((day) => newRun({ target, startedAt: `${day}T00:00:00.000Z` }));
  for (const run of runs) await store.createRun(run);
  await store.createRun(newRun({ target: 'another' }));
  const listed = await store.listRuns(target, 10);
  expect(listed.map((run) => run.startedAt.slice(0, 10))).toEqual(['2026-01-03', '2026-01-02', '2026-01-01']);
  expect(bare(listed[0] ?? null)).toEqual(runs[2]);
  expect(await store.listRuns(target, 2)).toHaveLength(2);
  expect(await store.listRuns(target, 0)).toEqual([]);
});

test('updates of different fields made at the same time all survive', async () => {
  const run = await store.createRun(newRun({ at: 'before' }));
  const racing = storeWith(meetAt('dynamodb:UpdateItem', 3));
  await Promise.all([
    racing.updateRun(run.runId, { pauseRequested: true }),
    racing.updateRun(run.runId, { fence: 3 }),
    racing.transition(run.runId, 'leased', { at: 'after' }),
  ]);
  expect(bare(await store.getRun(run.runId))).toEqual({
    ...bare(run),
    pauseRequested: true,
    fence: 3,
    status: 'leased',
    at: 'after',
  });
});

test('an undefined field in a patch leaves the stored value', async () => {
  const run = await store.createRun(newRun({ at: 'expand-1' }));
  const patch = { at: undefined, because: 'so' } as unknown as { because: string };
  expect(await store.updateRun(run.runId, patch)).toEqual({ ...run, because: 'so' });
  expect(await store.updateRun(run.runId, {})).toEqual({ ...run, because: 'so' });
});

test('neither identity nor status is changed by an update', async () => {
  const run = await store.createRun(newRun());
  const patch = { target: 'other', version: '1', pk: 'x', because: 'so' } as unknown as { because: string };
  expect(await store.updateRun(run.runId, patch)).toEqual({ ...run, because: 'so' });
  await expect(store.updateRun(run.runId, { status: 'concluded' })).rejects.toThrow(FatalError);
  expect((await store.getRun(run.runId))?.status).toBe('planned');
});

const pairs = statuses.flatMap((from) => statuses.map((to) => ({ from, to })));

test.each(statuses)('from %s a run moves along legal arrows only', async (from: Status) => {
  for (const { to } of pairs.filter((pair) => pair.from === from)) {
    const run = await store.createRun(newRun({ status: from }));
    const moved = store.transition(run.runId, to, { because: 'patched' });
    if (from === to) {
      expect(await moved).toEqual(run);
    } else if (arrow(from, to) !== null) {
      expect(bare(await moved)).toEqual({ ...bare(run), status: to, because: 'patched' });
    } else {
      await expect(moved).rejects.toMatchObject({ code: 'illegal-transition', class: 'fatal' });
      expect(await store.getRun(run.runId)).toEqual(run);
    }
  }
});

test('of two moves that exclude each other exactly one succeeds', async () => {
  const run = await store.createRun(newRun({ status: 'paused' }));
  const racing = storeWith(meetAt('dynamodb:UpdateItem', 2));
  const goals = ['backfilling', 'contracting'] as const;
  const outcomes = await Promise.allSettled(
    goals.map((to) => racing.transition(run.runId, to, { because: to })),
  );
  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  const winner = goals[outcomes.findIndex((outcome) => outcome.status === 'fulfilled')];
  expect(await store.getRun(run.runId)).toMatchObject({ status: winner, because: winner });
});

test('a move that lost a race is made from the new status when that is legal', async () => {
  const run = await store.createRun(newRun({ status: 'expanding' }));
  const racing = storeWith(meetAt('dynamodb:UpdateItem', 2));
  const outcomes = await Promise.allSettled([
    racing.transition(run.runId, 'paused'),
    racing.transition(run.runId, 'rolling-back'),
  ]);
  expect(outcomes[1].status).toBe('fulfilled');
  expect((await store.getRun(run.runId))?.status).toBe('rolling-back');
});

test('a status that went away and came back does not let a late move through unseen', async () => {
  const run = await store.createRun(newRun({ status: 'paused' }));
  let moves = 0;
  const late = storeWith({
    async around(name, act) {
      if (name.startsWith('dynamodb:UpdateItem') && ++moves === 1) {
        await store.transition(run.runId, 'backfilling');
        await store.transition(run.runId, 'paused');
      }
      return act();
    },
  });
  await late.transition(run.runId, 'rolling-back');
  expect(moves).toBe(2);
});

test('a lost reply followed by the retry of the SDK is not mistaken for a failure', async () => {
  const run = newRun();
  expect(await withLostReplies('PutItemCommand', () => store.createRun(run)).then(bare)).toEqual(run);
  const moved = await withLostReplies('UpdateItemCommand', () =>
    store.transition(run.runId, 'leased', { fence: 1 }),
  );
  expect(bare(moved)).toEqual({ ...run, status: 'leased', fence: 1 });
  expect(moved.unannounced?.map(({ to }) => to)).toEqual(['planned', 'leased']);
  const lease = { target: `lost-${run.runId}`, runId: run.runId, executionArn: 'a', expiresAt: 5 };
  const taken = await withLostReplies('UpdateItemCommand', () => store.takeLease(lease, null));
  expect(taken).toEqual({ ...lease, number: 2 });
  await store.putToken(run.runId, 'approval', 'main', 'secret-token');
  await withLostReplies('DeleteItemCommand', () =>
    store.dropToken(run.runId, 'approval', 'main', 'secret-token'),
  );
  expect(await store.listTokens(run.runId, 'approval')).toEqual([]);
});

test('events come back in order and none replaces another, even within one instant without randomness', async () => {
  const { runId: id } = await store.createRun(newRun());
  const fixed = storeWith(plainEffects, () => 0);
  const at = '2026-11-23T10:00:00.000Z';
  for (let index = 0; index < 50; index++) await fixed.addEvent(id, { at, kind: 'note', text: `n${index}` });
  await fixed.addEvent(id, {
    at: '2026-11-23T10:59:59+01:00',
    kind: 'step',
    text: 'first',
    step: stepId('expand-1'),
  });
  const events = await store.listEvents(id);
  expect(events.map((event) => event.text)).toEqual([
    'first',
    ...Array.from({ length: 50 }, (_, n) => `n${n}`),
  ]);
  expect(events[0]).toEqual({
    at: '2026-11-23T10:59:59+01:00',
    kind: 'step',
    text: 'first',
    step: 'expand-1',
  });
});

test('events of two workers in the same instant are both kept', async () => {
  const { runId: id } = await store.createRun(newRun());
  const workers = [storeWith(plainEffects, () => 0.25), storeWith(plainEffects, () => 0.75)];
  const at = '2026-11-23T10:00:00.000Z';
  await Promise.all(workers.map((worker) => worker.addEvent(id, { at, kind: 'note', text: 'both' })));
  expect(await store.listEvents(id)).toHaveLength(2);
});

test('a list longer than a page of DynamoDB is read to its end', async () => {
  const { runId: id } = await store.createRun(newRun());
  const text = 'x'.repeat(15_000);
  for (let index = 0; index < 80; index++) {
    await store.addEvent(id, { at: '2026-11-23T10:00:00.000Z', kind: 'note', text: `${index} ${text}` });
  }
  expect(await store.listEvents(id)).toHaveLength(80);
});

test('a text too long for an item is cut, and the event kept', async () => {
  const { runId: id } = await store.createRun(newRun());
  await store.addEvent(id, { at: '2026-11-23T10:00:00.000Z', kind: 'note', text: 'y'.repeat(500_000) });
  const [event] = await store.listEvents(id);
  expect(event?.text).toMatch(/^y{10000,}…$/);
});

test('a record too large for an item is refused as fatal', async () => {
  const run = await store.createRun(newRun());
  await expect(store.updateRun(run.runId, { because: 'z'.repeat(450_000) })).rejects.toMatchObject({
    class: 'fatal',
  });
});

test('the latest figures of each partition are listed in order', async () => {
  const { runId: id } = await store.createRun(newRun());
  const progress = (partition: string, rowsVisited: number): PartitionProgress => ({
    partition: asPartitionId(partition),
    done: false,
    rowsVisited,
    rowsChanged: 0,
    batches: 1,
    batchRows: 100,
    rowsPerSecond: 12.5,
    pausedBecause: '',
    updatedAt: '2026-11-23T10:00:00.000Z',
  });
  for (const [partition, rows] of [
    ['b1-p0002', 1],
    ['b1-p0001', 2],
    ['b1-p0002', 3],
  ] as const) {
    await store.putPartition(id, progress(partition, rows));
  }
  expect(await store.listPartitions(id)).toEqual([progress('b1-p0001', 2), progress('b1-p0002', 3)]);
});

const wanted = (target: string, run: string, expiresAt = 1_000): Omit<Lease, 'number'> => ({
  target,
  runId: runId(run),
  executionArn: `arn:${run}`,
  expiresAt,
});

test('of two takers of a free lease exactly one gets it', async () => {
  const racing = storeWith(meetAt('dynamodb:UpdateItem', 2));
  const taken = await Promise.all([
    racing.takeLease(wanted('race', 'a'), null),
    racing.takeLease(wanted('race', 'b'), null),
  ]);
  expect(taken.filter((lease) => lease !== null)).toHaveLength(1);
  expect(await store.readLease('race')).toEqual(taken.find((lease) => lease !== null));
});

test('of two takers over the same expired lease exactly one gets it', async () => {
  const old = await store.takeLease(wanted('over', 'a'), null);
  const racing = storeWith(meetAt('dynamodb:UpdateItem', 2));
  const taken = await Promise.all([
    racing.takeLease(wanted('over', 'b'), old),
    racing.takeLease(wanted('over', 'c'), old),
  ]);
  expect(taken.filter((lease) => lease !== null)).toEqual([expect.objectContaining({ number: 2 })]);
});

test('a lease renewed since it was read is not taken over', async () => {
  const seen = await store.takeLease(wanted('renewed', 'a', 1_000), null);
  if (seen === null) throw new Error('the free lease was not given');
  expect(await store.renewLease(seen, 2_000)).toBe(true);
  expect(await store.takeLease(wanted('renewed', 'b'), seen)).toBeNull();
  expect(await store.readLease('renewed')).toEqual({ ...seen, expiresAt: 2_000 });
});

test('a lease is not taken from another run without saying over which', async () => {
  const held = await store.takeLease(wanted('held', 'a'), null);
  expect(await store.takeLease(wanted('held', 'b'), null)).toBeNull();
  expect(await store.readLease('held')).toEqual(held);
});

test('the number of a lease grows each time, also after it was given back', async () => {
  const numbers: (number | undefined)[] = [];
  numbers.push((await store.takeLease(wanted('grow', 'a'), null))?.number);
  numbers.push((await store.takeLease(wanted('grow', 'a'), null))?.number);
  await store.releaseLease('grow', runId('a'));
  expect(await store.readLease('grow')).toBeNull();
  numbers.push((await store.takeLease(wanted('grow', 'b'), null))?.number);
  numbers.push((await store.takeLease(wanted('grow', 'c'), await store.readLease('grow')))?.number);
  expect(numbers).toEqual([1, 2, 3, 4]);
});

test('a lease that has passed to another is neither renewed nor given back by its former holder', async () => {
  const mine = await store.takeLease(wanted('passed', 'a'), null);
  if (mine === null) throw new Error('the free lease was not given');
  const theirs = await store.takeLease(wanted('passed', 'b'), mine);
  expect(await store.renewLease(mine, 9_000)).toBe(false);
  await store.releaseLease('passed', runId('a'));
  expect(await store.readLease('passed')).toEqual(theirs);
});

test('an earlier lease of the same run is not renewed once the run has taken it anew', async () => {
  const first = await store.takeLease(wanted('again', 'a'), null);
  if (first === null) throw new Error('the free lease was not given');
  await store.takeLease(wanted('again', 'a'), first);
  expect(await store.renewLease(first, 9_000)).toBe(false);
});

test('giving back or reading a lease that never was does nothing', async () => {
  await store.releaseLease('never', runId('a'));
  expect(await store.readLease('never')).toBeNull();
});

test('tokens are listed by gate until they are dropped', async () => {
  const { runId: id } = await store.createRun(newRun());
  for (const slot of ['p1', 'p2']) await store.putToken(id, 'pause', slot, `token-${slot}`);
  await store.putToken(id, 'approval', 'main', 'other');
  await store.dropToken(id, 'pause', 'p1', 'token-p1');
  expect(await store.listTokens(id, 'pause')).toEqual([{ slot: 'p2', token: 'token-p2' }]);
  expect(await store.listTokens(id, 'approval')).toEqual([{ slot: 'main', token: 'other' }]);
});

test('a token put into its slot after the former one was answered is not dropped with it', async () => {
  const { runId: id } = await store.createRun(newRun());
  await store.putToken(id, 'pause', 'p1', 'new');
  await store.dropToken(id, 'pause', 'p1', 'old');
  expect(await store.listTokens(id, 'pause')).toEqual([{ slot: 'p1', token: 'new' }]);
});

test('each change of status is kept in its own write until it has been told', async () => {
  const { runId: id } = await store.createRun(newRun());
  const failure = { class: 'fatal', code: 'x', message: 'the check failed' } as const;
  await store.transition(id, 'leased');
  await store.transition(id, 'checked');
  await store.updateRun(id, { failure });
  await store.transition(id, 'checked');
  const run = await store.transition(id, 'rolling-back');
  const words = (run.unannounced ?? []).map(({ number, from, to, because }) => [number, from, to, because]);
  expect(words).toEqual([
    [0, null, 'planned', 'planned'],
    [1, 'planned', 'leased', 'the target is ours'],
    [2, 'leased', 'checked', 'every check before the change passed'],
    [3, 'checked', 'rolling-back', 'the check failed'],
  ]);
  expect(run.unannounced?.map(({ at }) => at).at(-1)).toBe('2027-01-15T08:00:00.000Z');

  await store.forgetAnnounced(id, 2);
  expect((await store.getRun(id))?.unannounced, 'the run has moved on meanwhile').toHaveLength(4);
  await store.forgetAnnounced(id, 3);
  expect(bare(await store.getRun(id))).toEqual(await store.getRun(id));
  const ending = { verdict: 'ROLLED_BACK', because: 'the check failed' } as const;
  expect((await store.transition(id, 'concluded', ending)).unannounced).toEqual([
    { number: 4, from: 'rolling-back', to: 'concluded', at: expect.any(String), ...ending },
  ]);
});

test('every write passes through the effects, and no read does', async () => {
  const seen: string[] = [];
  const watched = storeWith({
    around(name, act) {
      seen.push(name);
      return act();
    },
  });
  const run = await watched.createRun(newRun({ target: 'watched' }));
  await watched.listRuns('watched', 1);
  await watched.transition(run.runId, 'leased');
  await watched.forgetAnnounced(run.runId, 1);
  await watched.addEvent(run.runId, { at: run.startedAt, kind: 'note', text: 'x' });
  await watched.listEvents(run.runId);
  await watched.takeLease(wanted('watched', 'a'), null);
  await watched.readLease('watched');
  await watched.putToken(run.runId, 'pause', 'a', 't');
  await watched.dropToken(run.runId, 'pause', 'a', 't');
  expect(seen).toEqual([
    'dynamodb:PutItem run',
    'dynamodb:UpdateItem run to leased',
    'dynamodb:UpdateItem run announced',
    'dynamodb:PutItem event note',
    'dynamodb:UpdateItem lease taken',
    'dynamodb:PutItem token of pause',
    'dynamodb:DeleteItem token of pause',
  ]);
});

test('what a test throws in an effect arrives unchanged', async () => {
  const killed = new Error('stopped here');
  const dying = storeWith({ around: () => Promise.reject(killed) });
  await expect(dying.createRun(newRun())).rejects.toBe(killed);
});

test('a table that does not exist is a fatal error with a remedy', async () => {
  const lost = dynamoRunStore({
    client: db.client,
    table: 'no-such-table',
    clock: { now: () => 0 },
    random: () => 0,
    effects: plainEffects,
  });
  await expect(lost.getRun(runId('x'))).rejects.toMatchObject({
    name: 'FatalError',
    code: 'not-found',
    remedy: expect.stringContaining('Region'),
  });
});

test('an item from a later version with unknown fields is read without loss', async () => {
  const run = await store.createRun(newRun());
  await db.client.send(
    new PutItemCommand({
      TableName: db.table,
      Item: { pk: { S: `LEASE#odd` }, sk: { S: 'LEASE' }, number: { N: '41' }, later: { S: 'x' } },
    }),
  );
  expect(await store.readLease('odd')).toBeNull();
  expect((await store.takeLease(wanted('odd', run.runId), null))?.number).toBe(42);
});
