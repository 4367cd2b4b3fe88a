import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pacedTarget, pauseAfter } from '../../../src/core/backfill/pace.ts';

describe('the pause after a batch', () => {
  it.each([
    [70, 0.7, 30],
    [100, 1, 0],
    [100, 0.5, 100],
    [100, 0.1, 900],
    [0, 0.5, 0],
    [-5, 0.5, 0],
    [Number.NaN, 0.5, 0],
  ])('after %s ms at pace %s is %s ms', (busyMs, pace, pauseMs) => {
    expect(pauseAfter(busyMs, pace)).toBeCloseTo(pauseMs, 9);
  });

  it.each([0, -1, 1.01, Number.NaN])('is undefined at pace %s', (pace) => {
    expect(() => pauseAfter(100, pace)).toThrow(RangeError);
  });

  it('leaves the work exactly its share of the time', () => {
    const busy = fc.double({ min: 0.1, max: 1e6, noNaN: true });
    const pace = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(busy, pace, (busyMs, share) => {
        expect(busyMs / (busyMs + pauseAfter(busyMs, share))).toBeCloseTo(share, 9);
      }),
    );
  });
});

describe('what a batch aims at', () => {
  it.each([
    [100, 1, 100],
    [100, 0.5, 50],
    [100, 0.01, 20],
    [10, 0.5, 10],
  ])('%i ms at pace %d is %i ms', (targetMs, pace, expected) => {
    expect(pacedTarget(targetMs, pace)).toBe(expected);
  });
});
