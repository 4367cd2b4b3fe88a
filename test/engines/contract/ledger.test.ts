import { describe, expect, it } from 'vitest';
import { StaleFenceError } from '../../../src/core/errors.ts';
import { runId } from '../../../src/core/ids.ts';
import { attempt, enter, losingReplies, plan, step, until } from '../postgres/support.ts';
import { dialects, sampleTable } from './dialect.ts';
import { everyEngine } from './world.ts';

const run = runId('run-1');

everyEngine('the ledger', (engine, database) => {
  const { ddlMode, ledger } = dialects[engine];
  const addColumn = step('expand-1', ddlMode, dialects[engine].addColumn('t', 'added int'));

  it('is read where there is none without being made', async () => {
    const connected = await (await database()).connect();
    expect(await connected.readLedger()).toEqual({ installed: false, applied: [], openRun: null });
    expect(await connected.journal(run)).toEqual([]);
    expect(await connected.partitions(run)).toEqual([]);
    expect(await connected.sessionsAtWork(run)).toBe(0);
    expect((await connected.fingerprint()).lines.join('\n')).not.toContain('lockkeeper');
  });

  it('is installed by the first run, which is recorded with its plan and left out of the fingerprint', async () => {
    const connected = await (await database()).connect();
    const before = await connected.fingerprint();
    const of = plan({ version: '042' });
    expect(await connected.enterRun({ runId: run, plan: of, lease: 7 })).toEqual({
      kind: 'entered',
      fence: 7,
      resumed: false,
    });
    expect(await connected.readLedger()).toEqual({
      installed: true,
      applied: [],
      openRun: {
        runId: run,
        direction: 'up',
        plan: of,
        fence: 7,
        startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    });
    expect(await connected.fingerprint()).toEqual(before);
  });

  it('gives the same run a higher fence each time it enters, and keeps others out until it concludes', async () => {
    const connected = await (await database()).connect();
    expect(await enter(connected, 'run-1', 1)).toBe(1);
    expect(await connected.enterRun({ runId: run, plan: plan(), lease: 1 })).toEqual({
      kind: 'entered',
      fence: 2,
      resumed: true,
    });
    const other = { runId: runId('run-2'), plan: plan(), lease: 9 };
    expect(await connected.enterRun(other)).toMatchObject({ kind: 'occupied', by: 'run-1' });
    await connected.concludeRun(run, 2, 'ROLLED_BACK');
    expect(await connected.enterRun(other)).toMatchObject({ kind: 'entered', fence: 9 });
    expect(await connected.enterRun({ runId: run, plan: plan(), lease: 10 })).toEqual({
      kind: 'concluded',
      verdict: 'ROLLED_BACK',
    });
  });

  it('keeps what succeeded and forgets what was taken back, however often it is said', async () => {
    const connected = await (await database()).connect();
    const fence = await enter(connected, 'up', 1, plan({ version: '1.1' }));
    await connected.concludeRun(runId('up'), fence, 'SUCCEEDED');
    const first = (await connected.readLedger()).applied;
    await connected.concludeRun(runId('up'), fence, 'SUCCEEDED');
    expect((await connected.readLedger()).applied).toEqual(first);
    expect(first).toMatchObject([{ version: '1.1', checksum: 'sum-1.1', runId: 'up', repeatable: false }]);
    const down = await enter(connected, 'down', 1, plan({ version: '1.1', direction: 'down' }));
    await connected.concludeRun(runId('down'), down, 'SUCCEEDED');
    expect((await connected.readLedger()).applied).toEqual([]);
  });

  it('knows a repeatable migration by its description', async () => {
    const connected = await (await database()).connect();
    for (const name of ['first', 'second']) {
      const of = plan({ version: '', repeatable: true });
      const fence = await enter(connected, name, 1, of);
      await connected.concludeRun(runId(name), fence, 'SUCCEEDED');
    }
    expect((await connected.readLedger()).applied).toMatchObject([{ runId: 'second', repeatable: true }]);
  });

  it('makes up for what a restore has lost, but not for success', async () => {
    const connected = await (await database()).connect();
    await expect(connected.concludeRun(run, 5, 'SUCCEEDED')).rejects.toMatchObject({ code: 'run-unknown' });
    await connected.concludeRun(run, 5, 'RESTORED', {
      byHand: { by: 'ann', reason: "it's \\ done – so" },
    });
    expect(await connected.enterRun({ runId: run, plan: plan(), lease: 1 })).toMatchObject({
      kind: 'concluded',
      verdict: 'RESTORED',
    });
    await expect(connected.concludeRun(run, 4, 'RESTORED')).rejects.toBeInstanceOf(StaleFenceError);
  });

  it('refuses every write of a run that another has taken over', async () => {
    const opened = await database();
    await opened.query(...sampleTable(3));
    const zombie = await opened.connect();
    const fence = await enter(zombie);
    const later = await opened.connect({ role: 'later' });
    await later.enterRun({ runId: run, plan: plan(), lease: fence + 1 });
    await expect(zombie.attemptStep(addColumn, attempt(fence))).rejects.toBeInstanceOf(StaleFenceError);
    await expect(
      zombie.attemptStep(step('expand-2', 'transaction', 'UPDATE t SET visits = 9'), attempt(fence)),
    ).rejects.toBeInstanceOf(StaleFenceError);
    await expect(zombie.concludeRun(run, fence, 'SUCCEEDED')).rejects.toBeInstanceOf(StaleFenceError);
    expect(await zombie.journal(run)).toEqual([]);
    expect(await opened.query('SELECT * FROM t ORDER BY id')).toMatchObject([
      { id: '1', visits: '0' },
      { id: '2', visits: '0' },
      { id: '3', visits: '0' },
    ]);
  });

  describe('a lost reply', () => {
    it.each(['install ledger', 'enter run', 'conclude run'])(
      'to %s changes nothing about the outcome',
      async (lost) => {
        const opened = await database();
        let times = 0;
        const effects = losingReplies((effect) => effect === lost && times++ === 0);
        const connected = await opened.connect({ effects });
        const fence = await enter(connected);
        await connected.concludeRun(run, fence, 'SUCCEEDED').catch(() => undefined);
        const after = await opened.connect({ role: 'after' });
        await after.concludeRun(run, fence, 'SUCCEEDED');
        expect(effects.lost[0]).toBe(lost);
        expect((await after.readLedger()).applied).toHaveLength(1);
      },
    );
  });

  it('lets the run in whose session on the target was left behind by a client that died', async () => {
    const opened = await database();
    await opened.query(...sampleTable(30));
    const connected = await opened.connect();
    const fence = await enter(connected);
    const slow = step(
      'expand-1',
      'transaction',
      `UPDATE t SET visits = visits + ${dialects[engine].sleeping(1)}`,
    );
    const left = await connected.attemptStep(slow, attempt(fence, { waitMs: 100 }));
    expect(left).toMatchObject({ kind: 'running' });
    const other = await opened.connect({ run: 'run-2' });
    expect(await other.enterRun({ runId: runId('run-2'), plan: plan(), lease: 2 })).toMatchObject({
      kind: 'locked',
      holder: expect.stringContaining('lockkeeper/run-1/expand-1'),
    });
    expect(await other.sessionsAtWork(run)).toBe(1);
    const again = await opened.connect({ role: 'again' });
    expect(await again.enterRun({ runId: run, plan: plan(), lease: 2 })).toMatchObject({ kind: 'entered' });
    expect(await other.sessionsAtWork(run)).toBe(0);
  });

  it('has every session of a run found and ended, and no other', async () => {
    const opened = await database();
    await opened.query(...sampleTable(30));
    const connected = await opened.connect();
    const fence = await enter(connected);
    const worker = await opened.connect({ role: 'expand-1' });
    const slow = step(
      'expand-1',
      'transaction',
      `UPDATE t SET visits = visits + ${dialects[engine].sleeping(1)}`,
    );
    const working = worker.attemptStep(slow, attempt(fence)).catch((error: unknown) => error);
    await until('the step is at work', async () => (await connected.sessionsAtWork(run)) > 0);
    const bystander = await opened.connect({ run: 'run-2' });
    const judge = await opened.connect({ run: 'none', role: 'judge' });
    expect(await judge.cancelSessions(run, new AbortController().signal)).toBeGreaterThan(0);
    expect(await judge.cancelSessions(run, new AbortController().signal)).toBe(0);
    expect(await working).toBeInstanceOf(Error);
    expect(await bystander.readLedger()).toMatchObject({ installed: true });
    expect(await judge.journal(run)).toEqual([]);
    expect(await opened.query('SELECT count(*) AS n FROM t WHERE visits = 0')).toEqual([{ n: '30' }]);
  });

  it('lets one program at a time drive runs', async () => {
    const opened = await database();
    const first = await opened.connect({ run: 'none', role: 'runner' });
    const second = await opened.connect({ run: 'none', role: 'runner' });
    expect(await first.holdForRunner()).toBeNull();
    expect(await second.holdForRunner()).toContain('session');
    await first.close();
    await until('the lock is free', async () => (await second.holdForRunner()) === null);
  });

  it('of a newer program is left alone', async () => {
    const opened = await database();
    const connected = await opened.connect();
    await enter(connected);
    await opened.query(`UPDATE ${ledger('fence')} SET format = 99`);
    await expect(connected.readLedger()).rejects.toMatchObject({ code: 'ledger-too-new' });
    await expect(connected.enterRun({ runId: runId('run-2'), plan: plan(), lease: 1 })).rejects.toMatchObject(
      { code: 'ledger-too-new' },
    );
  });
});
