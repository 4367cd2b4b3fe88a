import { describe, expect, it } from 'vitest';
import type { RunEvent, RunRecord } from '../../src/app/ports/run-store.ts';
import { stepId } from '../../src/core/ids.ts';
import { phasesOf } from '../../src/report/phases.ts';
import { renderMarkdown, runReport } from '../../src/report/run-report.ts';
import { at, events, partitions, plan, run } from './sample.ts';

const report = runReport({ run, plan, events, partitions });

/** The same run, failed after its contract had destroyed data. */
const restored: RunRecord = {
  ...run,
  verdict: 'RESTORED',
  because: 'data was destroyed that no down script brings back',
  failure: { class: 'fatal', code: '23514', message: 'contract-3 failed', remedy: 'mend the rows' },
  fingerprintAfter: 'aaaa',
  restore: {
    instanceId: 'shop-rb',
    failedId: 'shop-failed',
    snapshotId: 'snap-1',
    stage: 'swapped',
    swapStartedAt: at(50),
    secondsOfWritesLost: 48.25,
    differences: ['BackupWindow: not carried by a restore'],
  },
};

const wentBack: readonly RunEvent[] = [
  ...events.slice(0, -1),
  { at: at(45), kind: 'failure', text: 'contract-3 failed' },
  { at: at(46), kind: 'note', text: 'way back: restore' },
  { at: at(47), kind: 'restore', text: 'restoring snap-1 to shop-rb' },
  { at: at(55), kind: 'restore', text: 'renaming' },
  { at: at(60), kind: 'verdict', text: 'RESTORED' },
];

describe('the facts of a run', () => {
  it('say how long each phase took', () => {
    expect(report.phases.map(({ status, seconds }) => [status, seconds])).toEqual([
      ['planned', 1],
      ['leased', 0.5],
      ['checked', 1.5],
      ['snapshotted', 0],
      ['expanding', 7],
      ['backfilling', 20],
      ['validating', 2],
      ['awaiting-contract', 9],
      ['contracting', 19],
    ]);
    expect(report.seconds).toBe(60);
  });

  it('take the way back from what it does', () => {
    expect(phasesOf(restored, wentBack).slice(-3)).toEqual([
      { status: 'contracting', from: at(41), seconds: 4 },
      { status: 'rolling-back', from: at(45), seconds: 2 },
      { status: 'restoring', from: at(47), seconds: 13 },
    ]);
  });

  it('leave the phase under way open', () => {
    const { concludedAt: _, verdict: __, ...going } = run;
    expect(phasesOf({ ...going, status: 'backfilling' }, events.slice(0, 10)).at(-1)).toEqual({
      status: 'backfilling',
      from: at(10),
      seconds: null,
    });
  });

  it('add up the backfill over the whole phase', () => {
    expect(report.backfill).toEqual({
      rowsVisited: 1_000_000,
      rowsChanged: 800_000,
      batches: 60,
      partitions: 2,
      seconds: 20,
      rowsPerSecond: 50_000,
    });
  });

  it('say which steps are done; progress of a step is not its end', () => {
    expect(report.steps.map(({ id, doneAt }) => [id, doneAt])).toEqual([
      ['expand-1', at(5)],
      ['expand-2', at(9)],
      ['expand-3', null],
      ['contract-1', null],
      ['contract-2', null],
    ]);
    const undone: RunEvent = {
      at: at(50),
      kind: 'undo',
      text: 'undo-1 done: DROP INDEX',
      step: stepId('undo-1'),
    };
    expect(runReport({ run, plan, events: [...events, undone], partitions }).steps.at(-1)).toMatchObject({
      id: 'undo-1',
      doneAt: at(50),
    });
  });

  it('carry waits, answers, restore and what it cost', () => {
    const facts = runReport({ run: restored, plan, events: wentBack, partitions });
    expect(facts.lockWaits).toEqual([
      { at: at(4), step: 'expand-1', text: 'expand-1 did not get its lock; held by session 7 (app)' },
    ]);
    expect(facts.answers).toEqual([
      { gate: 'contract', answer: 'approved', by: 'ann', reason: 'the *new* code is out', at: at(40) },
    ]);
    expect(facts.restore).toEqual({
      snapshotId: 'snap-1',
      restoredAs: 'shop-rb',
      failedKeptAs: 'shop-failed',
      stage: 'swapped',
      differences: ['BackupWindow: not carried by a restore'],
      secondsOfWritesLost: 48.25,
    });
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });
});

const golden = `# Migration 1 verified email on shop: SUCCEEDED

know whether a user's address is verified

Because: every step and check is done

| fact | value |
| --- | --- |
| run | \`1-verified-abc\` |
| plan | \`0123456789abcdef0123\` |
| execution | \`arn:aws:states:us-east-1:0:execution:m:1\` |
| server | postgres 18.4 |
| direction | up |
| checksum of the files | \`c0ffee\` |
| started | 2026-01-02T03:04:05.000Z |
| first change | 2026-01-02T03:04:08.000Z |
| concluded | 2026-01-02T03:05:05.000Z |
| took | 1 min 00 s |
| schema before | \`aaaa\` |
| schema at the gate | \`bbbb\` |
| schema after | \`cccc\` (changed) |

## Phases

| phase | from | took |
| --- | --- | --- |
| planned | 2026-01-02T03:04:05.000Z | 1.0 s |
| leased | 2026-01-02T03:04:06.000Z | 500 ms |
| checked | 2026-01-02T03:04:06.500Z | 1.5 s |
| snapshotted | 2026-01-02T03:04:08.000Z | 0 ms |
| expanding | 2026-01-02T03:04:08.000Z | 7.0 s |
| backfilling | 2026-01-02T03:04:15.000Z | 20.0 s |
| validating | 2026-01-02T03:04:35.000Z | 2.0 s |
| awaiting-contract | 2026-01-02T03:04:37.000Z | 9.0 s |
| contracting | 2026-01-02T03:04:46.000Z | 19.0 s |

## Steps

| step | statement | done |
| --- | --- | --- |
| expand-1 | ALTER TABLE users ADD COLUMN email_verified boolean | 2026-01-02T03:04:10.000Z |
| expand-2 | CREATE INDEX CONCURRENTLY i ON users (email_verified) | 2026-01-02T03:04:14.000Z |
| expand-3 | CREATE TRIGGER keep | no |
| contract-1 | ALTER TABLE users VALIDATE CONSTRAINT c | no |
| contract-2 | ALTER TABLE users DROP COLUMN token (destroys data) | no |

## Backfill

1,000,000 rows visited, 800,000 changed, in 60 batches over 2 partitions in 20.0 s: 50,000 rows a second.

## Checks before

| check | outcome | found |
| --- | --- | --- |
| no duplicates in users (email) | passed | none |

## Checks after

| check | outcome | found |
| --- | --- | --- |
| row count of users | passed | 5 rows \\| 5 before |

## Restore point

- Snapshot \`snap-1\`, taken before the first change: recovery point 2026-01-02T03:04:07.000Z.

## Waits for locks

| at | step | what |
| --- | --- | --- |
| 2026-01-02T03:04:09.000Z | expand-1 | expand-1 did not get its lock; held by session 7 (app) |

## Answers of people

| gate | answer | by | at | reason |
| --- | --- | --- | --- | --- |
| contract | approved | ann | 2026-01-02T03:04:45.000Z | the \\*new\\* code is out |
`;

describe('the report as Markdown', () => {
  it('is short and complete', () => {
    expect(renderMarkdown(report)).toBe(golden);
  });

  it('names the loss of a restore, the cause and the remedy', () => {
    const text = renderMarkdown(runReport({ run: restored, plan, events: wentBack, partitions }));
    expect(text).toContain('# Migration 1 verified email on shop: RESTORED');
    expect(text).toContain('Failed with `23514`: contract-3 failed');
    expect(text).toContain('What to do: mend the rows');
    expect(text).toContain('| schema after | `aaaa` (as before) |');
    expect(text).toContain(
      '- Restored `snap-1` as `shop-rb`; it got as far as "swapped". The failed database is kept as `shop-failed`. Writes of 48.25 s between the recovery point and the swap are lost.',
    );
  });

  it('cannot be given another meaning by a text from elsewhere', () => {
    const because = 'bad | row\n# heading <script> `x`';
    const text = renderMarkdown(runReport({ run: { ...run, because }, plan, events, partitions }));
    expect(text).toContain('Because: bad \\| row # heading &lt;script> \\`x\\`');
  });
});
