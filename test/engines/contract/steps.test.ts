import { describe, expect, it } from 'vitest';
import type { Effects } from '../../../src/app/ports/effects.ts';
import type { StepAttempt } from '../../../src/app/ports/engine.ts';
import { runId } from '../../../src/core/ids.ts';
import { attempt, enter, losingReplies, step, undo, until } from '../postgres/support.ts';
import { dialects, sampleTable } from './dialect.ts';
import { type EngineUnderTest, everyEngine, type TestDatabase } from './world.ts';

const run = runId('run-1');
const done: StepAttempt = { kind: 'done', alreadyDone: false };

async function ready(opened: TestDatabase, rows = 10) {
  await opened.query(...sampleTable(rows));
  const connected = await opened.connect();
  return { opened, connected, fence: await enter(connected) };
}

const columnsOf = async (opened: TestDatabase) => {
  const [row] = await opened.query('SELECT * FROM t WHERE id = 1');
  return Object.keys(row ?? {});
};

/** What is said of whoever holds the lock that a step waits for. */
const blockerSaid: Readonly<Record<EngineUnderTest, RegExp>> = {
  postgres: /idle in transaction/,
  mariadb: /Sleep, transaction open/,
  mysql57: /Sleep, transaction open/,
  mysql8: /Sleep, transaction open/,
  sqlserver: /sleeping, transaction open/,
};

everyEngine('a step that changes data', (engine, database) => {
  const { sleeping } = dialects[engine];
  const slowUpdate = (seconds: number) =>
    step('expand-1', 'transaction', `UPDATE t SET visits = visits + 1 + ${sleeping(seconds)}`);

  it('commits with its journal row, once', async () => {
    const { opened, connected, fence } = await ready(await database());
    const two = step(
      'expand-1',
      'transaction',
      'UPDATE t SET visits = 1',
      'DELETE FROM t WHERE id > 5 -- why not',
    );
    expect(await connected.attemptStep(two, attempt(fence))).toEqual(done);
    expect(await connected.attemptStep(two, attempt(fence))).toEqual({ kind: 'done', alreadyDone: true });
    expect(await connected.journal(run)).toMatchObject([
      { step: 'expand-1', state: 'done', finishedAt: expect.stringMatching(/Z$/) },
    ]);
    expect(await opened.query('SELECT count(*) AS n, sum(visits) AS s FROM t')).toEqual([{ n: '5', s: '5' }]);
  });

  it('of which one statement fails leaves nothing and says which', async () => {
    const { opened, connected, fence } = await ready(await database());
    const failing = step(
      'expand-1',
      'transaction',
      'UPDATE t SET visits = 1',
      'UPDATE t SET nonsense = 1',
      'UPDATE t SET visits = 2',
    );
    await expect(connected.attemptStep(failing, attempt(fence))).rejects.toMatchObject({
      class: 'fatal',
      message: expect.stringMatching(/^statement 2 of 3: .*nonsense/s),
    });
    expect(await connected.journal(run)).toEqual([]);
    expect(await opened.query('SELECT count(*) AS n FROM t WHERE visits = 0')).toEqual([{ n: '10' }]);
  });

  it('goes on when its client has left, and is found again', async () => {
    const { opened, connected, fence } = await ready(await database());
    const slow = slowUpdate(0.1);
    expect(await connected.attemptStep(slow, attempt(fence, { waitMs: 100 }))).toMatchObject({
      kind: 'running',
    });
    const second = await opened.connect({ role: 'second' });
    expect(await second.attemptStep(slow, attempt(fence, { waitMs: 0 }))).toMatchObject({ kind: 'running' });
    expect(await second.attemptStep(slow, attempt(fence))).toMatchObject({ kind: 'done' });
    expect(await opened.query('SELECT sum(visits) AS s FROM t')).toEqual([{ s: '10' }]);
  });

  it('ends the same when its reply is lost', async () => {
    const { opened, fence } = await ready(await database());
    const effects = losingReplies((effect) => effect === 'step expand-1');
    const losing = await opened.connect({ role: 'losing', effects });
    expect(await losing.attemptStep(slowUpdate(0), attempt(fence))).toMatchObject({ kind: 'done' });
    expect(effects.lost).toHaveLength(1);
    expect(await opened.query('SELECT sum(visits) AS s FROM t')).toEqual([{ s: '10' }]);
  });

  it('that waits for a row gives way and names who holds it', async () => {
    const { opened, connected, fence } = await ready(await database());
    const writer = await opened.client();
    await writer.query(dialects[engine].begin);
    await writer.query('UPDATE t SET visits = 5 WHERE id = 3');
    const locked = await connected.attemptStep(slowUpdate(0), attempt(fence));
    expect(locked).toMatchObject({
      kind: 'locked',
      blockers: [{ state: expect.stringMatching(blockerSaid[engine]) }],
    });
    expect(await connected.journal(run)).toEqual([]);
    await writer.query('COMMIT');
    expect(await connected.attemptStep(slowUpdate(0), attempt(fence))).toEqual(done);
  });

  it('waits for another step of whichever run', async () => {
    const { opened, connected, fence } = await ready(await database());
    const other = step('expand-2', 'transaction', 'UPDATE t SET visits = 0');
    const twin = await opened.connect({ role: 'expand-2' });
    expect(await connected.attemptStep(slowUpdate(0.3), attempt(fence, { waitMs: 50 }))).toMatchObject({
      kind: 'running',
    });
    await expect(twin.attemptStep(other, attempt(fence))).rejects.toMatchObject({
      class: 'retryable',
      code: 'target-busy',
    });
  });
});

everyEngine('a step that changes the schema', (engine, database) => {
  const { ddlMode } = dialects[engine];
  const add = step('expand-1', ddlMode, dialects[engine].addColumn('t', 'added int'));
  const drop = undo('undo-1', ['expand-1'], ddlMode, 'ALTER TABLE t DROP COLUMN added');

  it('takes effect and is journaled, once, and is undone', async () => {
    const { opened, connected, fence } = await ready(await database());
    expect(await connected.attemptStep(add, attempt(fence))).toEqual(done);
    expect(await connected.attemptStep(add, attempt(fence))).toEqual({ kind: 'done', alreadyDone: true });
    expect(await columnsOf(opened)).toEqual(['id', 'visits', 'added']);
    expect(await connected.attemptStep(drop, attempt(fence))).toEqual(done);
    expect(await columnsOf(opened)).toEqual(['id', 'visits']);
    expect((await connected.journal(run)).map((entry) => [entry.step, entry.state])).toEqual([
      ['expand-1', 'done'],
      ['undo-1', 'done'],
    ]);
  });

  it('that the server refuses leaves nothing in the journal', async () => {
    const { connected, fence } = await ready(await database());
    const wrong = step('expand-1', ddlMode, dialects[engine].addColumn('t', 'added nonsense_type'));
    await expect(connected.attemptStep(wrong, attempt(fence))).rejects.toMatchObject({ class: 'fatal' });
    expect(await connected.journal(run)).toEqual([]);
  });

  it('waits for readers no longer than it may, and names them', async () => {
    const { opened, connected, fence } = await ready(await database());
    const reader = await opened.client();
    await reader.query(dialects[engine].begin);
    await reader.query(dialects[engine].readAndHold('t'));
    const locked = await connected.attemptStep(add, attempt(fence));
    expect(locked).toMatchObject({
      kind: 'locked',
      blockers: [{ state: expect.stringMatching(blockerSaid[engine]) }],
    });
    expect(await connected.journal(run)).toEqual([]);
    await reader.query('COMMIT');
    expect(await connected.attemptStep(add, attempt(fence))).toEqual(done);
  });

  it('goes on when its client has left', async () => {
    const { opened, connected, fence } = await ready(await database());
    const reader = await opened.client();
    await reader.query(dialects[engine].begin);
    await reader.query(dialects[engine].readAndHold('t'));
    const patient = { lockTimeoutMs: 60_000 };
    expect(await connected.attemptStep(add, attempt(fence, { ...patient, waitMs: 200 }))).toMatchObject({
      kind: 'running',
    });
    const second = await opened.connect({ role: 'second' });
    expect(await second.attemptStep(add, attempt(fence, { ...patient, waitMs: 0 }))).toMatchObject({
      kind: 'running',
    });
    await reader.query('COMMIT');
    expect(await second.attemptStep(add, attempt(fence, patient))).toMatchObject({ kind: 'done' });
    expect(await columnsOf(opened)).toEqual(['id', 'visits', 'added']);
  });

  describe('whose client loses a reply', () => {
    it.each([0, 1, 2])('ends the same (reply number %i)', async (lostAt) => {
      const { opened, fence } = await ready(await database());
      const effects = losingReplies((_effect, nth) => nth === lostAt);
      const connected = await opened.connect({ role: 'losing', effects });
      for (let round = 0; round < 4; round++) {
        const outcome = await connected.attemptStep(add, attempt(fence)).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ class: 'retryable' });
      }
      expect(await connected.attemptStep(add, attempt(fence))).toEqual({ kind: 'done', alreadyDone: true });
      expect(await columnsOf(opened)).toEqual(['id', 'visits', 'added']);
    });
  });

  it('whose session is killed before the statement began is simply made again', async () => {
    const { opened, fence } = await ready(await database());
    const judge = await opened.connect({ run: 'none', role: 'judge' });
    let kills = 1;
    const killing: Effects = {
      async around(name, act) {
        if (name === 'step expand-1' && kills-- > 0) {
          await judge.cancelSessions(run, new AbortController().signal);
        }
        return act();
      },
    };
    const victim = await opened.connect({ role: 'victim', effects: killing });
    const outcome = await victim.attemptStep(add, attempt(fence)).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ class: 'retryable' });
    const next = await opened.connect({ role: 'next' });
    await until('the target is free', async () => (await next.sessionsAtWork(run)) === 0);
    expect(await next.attemptStep(add, attempt(fence))).toMatchObject({ kind: 'done' });
    expect(await columnsOf(opened)).toEqual(['id', 'visits', 'added']);
  });
});
