import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BatchLimits,
  type BatchObservation,
  type BatchSize,
  nextBatchSize,
  startBatchSize,
} from '../../../src/core/backfill/batch-size.ts';

const limits: BatchLimits = { targetMs: 250, maxRows: 100_000 };

const finished = (rows: number, elapsedMs: number, visited = rows): BatchObservation => ({
  kind: 'finished',
  rows,
  visited,
  elapsedMs,
});

function sizeAfter(start: BatchSize, observations: readonly BatchObservation[], bounds = limits): BatchSize {
  return observations.reduce((size, observed) => nextBatchSize(size, observed, bounds), start);
}

const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);

describe('the batch size', () => {
  it.each<[string, number, BatchObservation[], number]>([
    ['stays until ten batches are measured', 1000, times(9, finished(1000, 200)), 1000],
    ['stays for one batch far below the target', 1000, times(1, finished(1000, 10)), 1000],
    ['grows after two batches far below the target', 1000, times(2, finished(1000, 10)), 1500],
    [
      'takes one batch near the target for a reason to wait',
      1000,
      [finished(1000, 10), finished(1000, 130), finished(1000, 10)],
      1000,
    ],
    ['grows by half at most', 1000, times(10, finished(1000, 10)), 1500],
    ['grows in proportion when it is near', 1000, times(10, finished(1000, 200)), 1250],
    ['grows when batches take no time', 1000, times(10, finished(1000, 0)), 1500],
    ['shrinks in proportion', 1000, times(10, finished(1000, 500)), 500],
    ['stays within a tenth of the target', 1000, times(25, finished(1000, 270)), 1000],
    ['forgives one slow batch in ten', 1000, [...times(9, finished(1000, 250)), finished(1000, 1200)], 1000],
    [
      'minds two slow batches in ten',
      1000,
      [...times(8, finished(1000, 250)), ...times(2, finished(1000, 1000))],
      250,
    ],
    ['keeps five times the target for the average', 1000, [finished(1000, 1250)], 1000],
    ['shrinks at once beyond five times the target', 1000, [finished(1000, 1500)], 166],
    ['shrinks to a tenth at most', 1000, [finished(1000, 1_000_000)], 100],
    ['shrinks at once even for the short batch at the end', 1000, [finished(1000, 2500, 3)], 100],
    ['learns nothing from short batches', 1000, times(30, finished(1000, 1, 999)), 1000],
    ['halves on a timeout or deadlock', 1000, [{ kind: 'refused', rows: 1000 }], 500],
    [
      'halves again and again, down to ten',
      1000,
      [1000, 500, 250, 125, 62, 31, 15, 10].map((rows) => ({ kind: 'refused', rows })),
      10,
    ],
    ['does not go below ten', 10, [finished(10, 1_000_000)], 10],
    ['does not go above the limit', 90_000, times(10, finished(90_000, 1)), 100_000],
    ['ignores a slow batch of an older size', 1000, [finished(2000, 1_000_000)], 1000],
    ['ignores a refusal of an older size', 1000, [{ kind: 'refused', rows: 2000 }], 1000],
    ['ignores a clock that ran backwards', 1000, times(20, finished(1000, -5)), 1000],
    ['ignores what was not measured', 1000, times(20, finished(1000, Number.NaN)), 1000],
  ])('%s', (_name, rows, observations, expected) => {
    expect(sizeAfter(startBatchSize(rows, limits), observations).rows).toBe(expected);
  });

  it('judges by the last ten batches, not by the first', () => {
    const observations = [...times(10, finished(1000, 250)), ...times(10, finished(1000, 130))];
    expect(sizeAfter(startBatchSize(1000, limits), observations.slice(0, 18)).rows).toBe(1000);
    expect(sizeAfter(startBatchSize(1000, limits), observations).rows).toBe(1500);
  });

  it('measures anew after each change', () => {
    const grown = sizeAfter(startBatchSize(1000, limits), times(10, finished(1000, 10)));
    expect(grown).toEqual({ rows: 1500, recentMs: [] });
    expect(sizeAfter(grown, times(1, finished(1500, 10))).rows).toBe(1500);
    expect(sizeAfter(grown, times(2, finished(1500, 10))).rows).toBe(2250);
  });

  it.each([
    [5, 10],
    [1000, 1000],
    [1_000_000, 100_000],
    [12.9, 12],
  ])('begins with %s rows as %s', (initial, rows) => {
    expect(startBatchSize(initial, limits)).toEqual({ rows, recentMs: [] });
  });

  it('holds to a limit below ten, and to the overall limit', () => {
    expect(startBatchSize(1000, { targetMs: 250, maxRows: 4 }).rows).toBe(4);
    expect(startBatchSize(1e9, { targetMs: 250, maxRows: 1e9 }).rows).toBe(100_000);
  });

  it.each([0.001, 0.01, 0.25, 1, 10])('settles near the target when a row takes %s ms', (msPerRow) => {
    let size = startBatchSize(1000, limits);
    for (let batch = 0; batch < 300; batch++) {
      size = nextBatchSize(size, finished(size.rows, size.rows * msPerRow), limits);
    }
    const ideal = Math.min(Math.max(limits.targetMs / msPerRow, 10), limits.maxRows);
    expect(size.rows).toBeGreaterThanOrEqual(ideal * 0.9 - 1);
    expect(size.rows).toBeLessThanOrEqual(ideal * 1.12 + 1);
  });
});

describe('whatever is observed', () => {
  const anyLimits = fc.record({
    targetMs: fc.integer({ min: 10, max: 30_000 }),
    maxRows: fc.integer({ min: 10, max: 100_000 }),
  });
  const anyObservation = fc.record({
    refused: fc.boolean(),
    older: fc.boolean(),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    elapsedMs: fc.oneof(fc.double({ min: 0, max: 1e7 }), fc.constantFrom(Number.NaN, Infinity, -1)),
  });

  it('the size stays a whole number within its bounds, and changes only as far as allowed', () => {
    fc.assert(
      fc.property(
        anyLimits,
        fc.nat(200_000),
        fc.array(anyObservation, { maxLength: 60 }),
        (bounds, initial, seen) => {
          let size = startBatchSize(initial, bounds);
          for (const { refused, older, share, elapsedMs } of seen) {
            const rows = older ? size.rows + 1 : size.rows;
            const next = nextBatchSize(
              size,
              refused ? { kind: 'refused', rows } : finished(rows, elapsedMs, Math.round(rows * share)),
              bounds,
            );
            expect(Number.isInteger(next.rows)).toBe(true);
            expect(next.rows).toBeGreaterThanOrEqual(10);
            expect(next.rows).toBeLessThanOrEqual(bounds.maxRows);
            expect(next.rows).toBeLessThanOrEqual(size.rows * 1.5);
            expect(next.rows).toBeGreaterThanOrEqual(Math.floor(size.rows / 10));
            expect(next.recentMs.length).toBeLessThanOrEqual(10);
            if (older) expect(next).toBe(size);
            else if (refused) expect(next.rows).toBe(Math.max(10, Math.floor(size.rows / 2)));
            if (next.rows > size.rows) expect(size.recentMs.length).toBeGreaterThanOrEqual(2);
            size = next;
          }
        },
      ),
    );
  });

  it('a batch over five times the target never leaves the size as it is, unless it is the smallest', () => {
    fc.assert(
      fc.property(
        anyLimits,
        fc.nat(100_000),
        fc.double({ min: 5.01, max: 1e6, noNaN: true }),
        (bounds, initial, slow) => {
          const size = startBatchSize(initial, bounds);
          const next = nextBatchSize(size, finished(size.rows, bounds.targetMs * slow), bounds);
          expect(next.rows).toBeLessThanOrEqual(Math.max(10, size.rows / 5));
        },
      ),
    );
  });

  it('the state survives being stored', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { maxLength: 30 }), (durations) => {
        let kept = startBatchSize(1000, limits);
        let stored = kept;
        for (const elapsedMs of durations) {
          kept = nextBatchSize(kept, finished(kept.rows, elapsedMs), limits);
          const revived: BatchSize = JSON.parse(JSON.stringify(stored));
          stored = nextBatchSize(revived, finished(revived.rows, elapsedMs), limits);
        }
        expect(stored.rows).toBe(kept.rows);
      }),
    );
  });
});
