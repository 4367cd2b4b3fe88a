import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/app/ports/run-store.ts';
import { openLiveView, type Screen } from '../../../src/cli/render/live-view.ts';
import { type Frame, renderProgress } from '../../../src/cli/render/progress.ts';
import { displayWidth } from '../../../src/cli/render/width.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { at, events, partition, plan, run } from '../../report/sample.ts';

const { verdict: _, concludedAt: __, answers: ___, ...going } = run;
const running: RunRecord = { ...going, status: 'backfilling' };
const now = (seconds: number): number => Date.parse(at(seconds));

const halfway = renderProgress({
  run: running,
  plan,
  events: events.slice(0, 10),
  partitions: [
    partition(0, { rowsVisited: 200_000 }),
    partition(1, { done: false, rowsVisited: 310_000, rowsPerSecond: 30_000, updatedAt: at(19) }),
    partition(2, {
      done: false,
      rowsVisited: 0,
      rowsPerSecond: 5_000,
      pausedBecause: 'replica 12 s behind',
      updatedAt: at(19),
    }),
  ],
  nowMs: now(20),
});

describe('the progress of a run', () => {
  it('shows phase, bar, speed, what is left, why it pauses and what happened last', () => {
    expect(halfway.live).toEqual([
      'backfilling  1 verified email on shop  20.0 s',
      '  ✓ check  ✓ snapshot  ✓ expand  ▸ backfill  · validate  · contract',
      '  public.users  ████████████░░░░░░░░░░░░',
      '    51 %  510,000 of about 1,000,000 rows  35,000 rows/s  14.0 s left',
      '    p0001 ████████████████████████ 100 %  done',
      '    p0002 ███████████████████████░  99 %  30,000 rows/s',
      '    p0003 ░░░░░░░░░░░░░░░░░░░░░░░░   0 %  pausing',
      '  pausing: replica 12 s behind',
      '  03:04:09 expand-1 did not get its lock; held by session 7 (app)',
      '  03:04:10 expand-1 done: ALTER TABLE users ADD COLUMN',
      '  03:04:12 expand-2: building index 40 %',
      '  03:04:14 expand-2 done: CREATE INDEX',
      '  03:04:15 expanding → backfilling',
    ]);
  });

  it('keeps what matters on a narrow terminal, and a figure a partition where there are many', () => {
    const many = Array.from({ length: 7 }, (_, index) =>
      partition(index, { done: index < 3, rowsVisited: index < 3 ? 1 : 125_000 - index * 17_000 }),
    );
    const backfill = { ...plan.backfills[0], partitions: 40 } as Plan['backfills'][number];
    const { live } = renderProgress({
      run: running,
      plan: { ...plan, backfills: [{ ...backfill, rowsEstimate: 5_000_000 }] },
      events: [],
      partitions: many.map((each) => ({ ...each, rowsPerSecond: 0 })),
      nowMs: now(20),
      columns: 40,
      rows: 14,
    });
    expect(live).toEqual([
      'backfilling  1 verified email on shop  20.0 s',
      '  ✓ ✓ ✓ ▸ backfill · ·',
      '  public.users  ░░░░░░░░░░░░░░░░░░░░░░',
      '    3 %',
      '    194,003 of about 5,000,000 rows',
      '    ███▅▄▃▂·························',
      '    ········',
    ]);
    for (const line of live.slice(1)) expect(displayWidth(line)).toBeLessThan(40);
  });

  it('says where a run has left its way', () => {
    const { live } = renderProgress({
      run: { ...running, status: 'rolling-back' },
      plan,
      events: events.slice(0, 10),
      partitions: [],
      nowMs: now(20),
    });
    expect(live[1]).toBe('  ✓ ✓ ✓ ✗ · · ▸ rolling-back');
  });

  it('says nothing of speed when the workers have been silent', () => {
    const silent = partition(0, { done: false, rowsVisited: 100, updatedAt: at(5) });
    const { live } = renderProgress({ run: running, plan, events: [], partitions: [silent], nowMs: now(60) });
    expect(live[3]).toMatch(/0 % {2}100 of about 1,000,000 rows$/);
  });

  it('says 100 % only when every partition is done, whatever the estimate was', () => {
    const all = [partition(0, { rowsVisited: 1_200_000, done: false })];
    const before = renderProgress({ run: running, plan, events: [], partitions: all, nowMs: now(30) });
    expect(before.live[3]).toContain('1,200,000 of about 1,200,000 rows');
    const few = [partition(0, { rowsVisited: 900_000 })];
    const after = renderProgress({
      run: { ...running, status: 'validating' },
      plan,
      events: [],
      partitions: few,
      nowMs: now(30),
    });
    expect(after.live.slice(2, 4)).toEqual([`  public.users  ${'█'.repeat(24)}`, '    100 %  900,000 rows']);
  });

  it.each([
    [
      'a lock',
      { ...going, status: 'expanding', at: 'expand-1', lockWaitSince: at(8) },
      'expand-1 has been waiting for its lock for 2.0 s',
    ],
    ['no lock any more', { ...going, status: 'expanding', lockWaitSince: '' }, null],
    [
      'a snapshot',
      { ...going, status: 'checked', restorePoint: { snapshotId: 's', requestedAt: at(1), percent: 45 } },
      'snapshot s: 45 %',
    ],
    [
      'the deployment',
      { ...going, status: 'awaiting-contract' },
      'waits until the new code is out: lockkeeper approve 1-verified-abc',
    ],
    [
      'the end of a delay',
      { ...going, status: 'awaiting-contract', gateOpensAt: at(100) },
      `waits until ${at(100)}`,
    ],
    [
      'a person, before a restore',
      { ...going, status: 'awaiting-restore' },
      'waits for a decision, a restore loses writes: lockkeeper approve 1-verified-abc',
    ],
    ['nothing after its end', run, null],
  ] as const)('says that it waits for %s', (_name, record, text) => {
    const { live } = renderProgress({
      run: record,
      plan,
      events: [],
      partitions: [],
      nowMs: now(10),
      columns: 100,
    });
    expect(live.slice(2)).toEqual(text === null ? [] : [`  ${text}`]);
  });

  it('folds what a person has to type on a narrow terminal', () => {
    const { live } = renderProgress({
      run: { ...going, status: 'awaiting-contract' },
      plan,
      events: [],
      partitions: [],
      nowMs: now(10),
      columns: 40,
    });
    expect(live.slice(2)).toEqual([
      '  waits until the new code is out:',
      '    lockkeeper approve 1-verified-abc',
    ]);
  });

  it('ends with the verdict and the time it took', () => {
    const { live } = renderProgress({ run, plan, events: [], partitions: [], nowMs: now(9999) });
    expect(live[0]).toBe('SUCCEEDED  1 verified email on shop  1 min 00 s');
  });
});

const screenOf = (more: Partial<Screen>) => {
  const written: string[] = [];
  return { written, screen: { write: (text: string) => written.push(text), ...more } };
};

const frame = (live: readonly string[], plain: Frame['plain'] = []): Frame => ({ live, plain });

describe('on a terminal', () => {
  it('redraws in place', () => {
    const { screen, written } = screenOf({ isTTY: true, columns: 40, rows: 10 });
    const view = openLiveView(screen);
    view.show(frame(['one', 'two']));
    view.show(frame(['one', 'two']));
    view.show(frame(['three']));
    view.close();
    view.show(frame(['next run']));
    expect(written).toEqual([
      '\rone\u001b[K\ntwo\u001b[K\n\u001b[J',
      '\u001b[2A\rthree\u001b[K\n\u001b[J',
      '\rnext run\u001b[K\n\u001b[J',
    ]);
  });

  it('never lets a line wrap nor the picture outgrow the screen', () => {
    const { screen, written } = screenOf({ isTTY: true, columns: 10, rows: 3 });
    openLiveView(screen).show(frame(['x'.repeat(50), '日'.repeat(50), 'third', 'fourth']));
    const lines = (written[0] ?? '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
      .replaceAll(/\u001b\[\d*[A-Z]|\r/g, '')
      .trimEnd()
      .split('\n');
    expect(lines.map(displayWidth)).toEqual([9, 9]);
  });
});

describe('in a log', () => {
  it('prints each event once and a backfill by tenths', () => {
    const { screen, written } = screenOf({});
    const view = openLiveView(screen);
    const look = (rows: number, seen: number) =>
      view.show(
        renderProgress({
          run: running,
          plan,
          events: events.slice(0, seen),
          partitions: [partition(0, { done: false, rowsVisited: rows, updatedAt: at(20) })],
          nowMs: now(20),
        }),
      );
    look(10_000, 1);
    look(20_000, 1);
    look(120_000, 2);
    look(130_000, 2);
    expect(written).toEqual([
      '03:04:05 planned 5 steps and 1 backfills\n',
      'backfill of public.users: 1 %, 10,000 of about 1,000,000 rows, 25,000 rows/s\n',
      '03:04:06 planned → leased\n',
      'backfill of public.users: 12 %, 120,000 of about 1,000,000 rows, 25,000 rows/s\n',
    ]);
  });

  it('says why it pauses once, not at each new figure', () => {
    const { screen, written } = screenOf({ isTTY: false });
    const view = openLiveView(screen);
    for (const seconds of [12, 13]) {
      const paused = partition(0, {
        done: false,
        rowsVisited: 0,
        pausedBecause: `replica ${seconds} s behind`,
      });
      view.show(renderProgress({ run: running, plan, events: [], partitions: [paused], nowMs: now(20) }));
    }
    expect(written.filter((line) => line.includes('pausing'))).toEqual([
      'backfill of public.users is pausing: replica 12 s behind\n',
    ]);
  });
});
