import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pressure } from '../../../src/app/ports/engine.ts';
import {
  defaultThrottleLimits,
  type PressureReading,
  type Signal,
  startThrottle,
  type ThrottleDecision,
  throttle,
} from '../../../src/core/backfill/throttle.ts';

const calm: PressureReading = { replicationLagSeconds: 0, waitingForUs: 0, oldestTransactionSeconds: 0 };

/** The decisions on a row of readings. */
function decisions(readings: readonly PressureReading[]): ThrottleDecision[] {
  let state = startThrottle;
  return readings.map((reading) => {
    const next = throttle(state, reading);
    state = next.state;
    return next.decision;
  });
}

const letters = (readings: readonly Partial<PressureReading>[]): string =>
  decisions(readings.map((reading) => ({ ...calm, ...reading })))
    .map((decision) => (decision.go ? 'g' : decision.how === 'slow' ? 's' : 'P'))
    .join('');

describe('the throttle', () => {
  it('takes what an engine reads', () => {
    const reading: Pressure = calm;
    expect(throttle(startThrottle, reading).decision).toEqual({ go: true });
  });

  it.each<[Signal, number[], string]>([
    ['replicationLagSeconds', [0, 9.9, 10, 9, 5.1, 5, 9.9, 10], 'ggPPPggP'],
    ['waitingForUs', [2, 3, 2, 1, 2, 3], 'gPPggP'],
    ['oldestTransactionSeconds', [1799, 1800, 1801, 601, 600, 700], 'gPPPgg'],
  ])('stops by %s and goes on only when it has fallen well below', (signal, values, expected) => {
    expect(letters(values.map((value) => ({ [signal]: value })))).toBe(expected);
  });

  it.each<Signal>(['replicationLagSeconds', 'waitingForUs', 'oldestTransactionSeconds'])(
    'goes slower, but goes, while %s cannot be read',
    (signal) => {
      expect(letters(Array.from({ length: 100 }, () => ({ [signal]: null })))).toBe('s'.repeat(100));
    },
  );

  it('takes an impossible value for one that cannot be read', () => {
    expect(letters([{ replicationLagSeconds: -1 }, { waitingForUs: Number.NaN }])).toBe('ss');
  });

  it('does not take a failing probe for recovery, nor wait for it without end', () => {
    const lost = Array.from({ length: 40 }, () => ({ replicationLagSeconds: null }));
    expect(letters([{ replicationLagSeconds: 60 }, ...lost])).toBe(`P${'P'.repeat(30)}${'s'.repeat(10)}`);
    const nowAndThen = Array.from({ length: 40 }, (_, index) => ({
      replicationLagSeconds: index % 20 === 0 ? 60 : null,
    }));
    expect(letters(nowAndThen)).toBe('P'.repeat(40));
  });

  it('goes on at once when a lost signal comes back calm', () => {
    expect(letters([{ replicationLagSeconds: 60 }, { replicationLagSeconds: null }, {}])).toBe('PPg');
  });

  it('waits for every signal that stopped it', () => {
    const both = { replicationLagSeconds: 20, waitingForUs: 5 };
    expect(letters([both, { waitingForUs: 5 }, { replicationLagSeconds: 20 }, {}])).toBe('PPPg');
  });

  it.each<[Partial<PressureReading>, string]>([
    [{ replicationLagSeconds: 12.345 }, 'replication lag is 12.3 s, going on at 5 s'],
    [{ waitingForUs: 4 }, 'the number of sessions waiting for our locks is 4, going on at 1'],
    [
      { replicationLagSeconds: 60, oldestTransactionSeconds: 4000 },
      'replication lag is 60 s, going on at 5 s; the age of the oldest transaction is 4000 s, going on at 600 s',
    ],
    [
      { replicationLagSeconds: null, waitingForUs: null },
      'slower: replication lag and the number of sessions waiting for our locks cannot be read',
    ],
  ])('says why it pauses: %j', (reading, because) => {
    expect(decisions([{ ...calm, ...reading }])).toMatchObject([{ go: false, because }]);
  });

  const value = fc.option(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 500, max: 2000 })));
  const anyReading = fc.record({
    replicationLagSeconds: value,
    waitingForUs: value,
    oldestTransactionSeconds: value,
  });

  it('goes exactly when every signal is readable and none is held by hysteresis', () => {
    fc.assert(
      fc.property(fc.array(anyReading, { maxLength: 25 }), (readings) => {
        for (const [index, decision] of decisions(readings).entries()) {
          const stopped = (Object.keys(defaultThrottleLimits) as Signal[]).some((signal) =>
            isHeld(
              readings.slice(0, index + 1).map((reading) => reading[signal]),
              defaultThrottleLimits[signal],
            ),
          );
          const unreadable = Object.values(readings[index] ?? {}).includes(null);
          expect(decision.go).toBe(!stopped && !unreadable);
          if (!decision.go) {
            expect(decision.pauseMs).toBeGreaterThan(0);
            expect(decision.how).toBe(stopped ? 'stop' : 'slow');
          }
        }
      }),
    );
  });

  /** The last value outside the band decides; inside it, and unread, nothing changes. */
  function isHeld(values: readonly (number | null)[], limit: { stopAt: number; goAt: number }): boolean {
    const telling = values.findLast((one) => one !== null && (one >= limit.stopAt || one <= limit.goAt));
    return telling !== undefined && telling !== null && telling >= limit.stopAt;
  }
});
