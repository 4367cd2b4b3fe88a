import { describe, expect, it } from 'vitest';
import { paceOf, pausesOf } from '../../src/report/pace.ts';
import { rowCountsOf } from '../../src/report/row-counts.ts';
import { renderMarkdown, runReport } from '../../src/report/run-report.ts';
import { at, events, partition, partitions, partitionsWithHistory, plan, run } from './sample.ts';

const line = (ordinal: number, samples: readonly (readonly [number, number, number])[]) =>
  partition(ordinal, {
    history: {
      samples: samples.map(([second, rows, batchRows]) => ({
        atMs: Date.parse(at(second)),
        rows,
        batchRows,
      })),
      pauses: [],
    },
  });

describe('the pace of a backfill', () => {
  it('adds partitions up that begin and end at different times', () => {
    const pace = paceOf([
      line(0, [
        [0, 0, 0],
        [2, 2000, 500],
      ]),
      line(1, [
        [1, 0, 0],
        [2, 300, 100],
        [4, 300, 200],
      ]),
    ]);
    expect(pace.map(({ rowsPerSecond, batchRows }) => [rowsPerSecond, batchRows])).toEqual([
      [1000, null],
      [1300, 300],
      [0, null],
      [0, 200],
    ]);
    expect(pace[0]?.at).toBe(at(1));
  });

  it('loses no row over a long time', () => {
    const pace = paceOf([
      line(0, [
        [0, 0, 0],
        [50, 1000, 10],
        [7000, 90_000, 10],
      ]),
    ]);
    expect(pace).toHaveLength(40);
    const rows = pace.reduce((sum, { rowsPerSecond }) => sum + rowsPerSecond * (7000 / 40), 0);
    expect(Math.abs(rows - 90_000)).toBeLessThan(7000);
  });

  it.each([
    ['records of before it was kept', partitions],
    ['no partition', []],
    ['a single moment', [line(0, [[0, 0, 0]])]],
  ])('is empty for %s', (_, all) => {
    expect(paceOf(all)).toEqual([]);
  });

  it('adds pauses up over partitions', () => {
    expect(pausesOf(partitionsWithHistory)).toEqual([
      { because: 'replication lag is 12 s, going on at 5 s', times: 7, seconds: 7 },
    ]);
  });
});

describe('rows before and after', () => {
  const rows = { table: 'public.users', before: '7', after: '9' };
  const counted = { check: 'row_count', title: 'rows', outcome: 'passed', found: '9', rows } as const;
  const baseline = { users: { rows: '7', inserted: '0', deleted: '0' } };
  it.each([
    ['both', { baseline, checksAfter: [counted] }, [{ table: 'users', before: '7', after: '9' }]],
    ['before only', { baseline, checksAfter: [] }, [{ table: 'users', before: '7', after: null }]],
    [
      'after only',
      { checksAfter: [{ ...counted, rows: { table: 'users', after: '9' } }] },
      [{ table: 'users', before: null, after: '9' }],
    ],
    ['neither', { checksAfter: [] }, []],
  ])('%s', (_, patch, expected) => {
    expect(rowCountsOf({ ...run, ...patch })).toEqual(expected);
  });
});

describe('the report in Markdown', () => {
  it('gives pace, pauses and rows as well, a few lines of each', () => {
    const baseline = { users: { rows: '7', inserted: '0', deleted: '0' } };
    const text = renderMarkdown(
      runReport({ run: { ...run, baseline }, plan, events, partitions: partitionsWithHistory }),
    );
    expect(text).toContain('| replication lag is 12 s, going on at 5 s | 7 | 7.0 s |');
    expect(text).toContain('| users | 7 | not counted |');
    const pace = text.slice(text.indexOf('## Pace'), text.indexOf('## Pauses'));
    expect(pace).toContain(`| ${at(11)} | 80,000 | 5,000 |`);
    expect(pace.split('\n').filter((row) => row.startsWith('| 20'))).toHaveLength(12);
  });
});
