import { describe, expect, it } from 'vitest';
import { isProved, renderResult, type ScenarioResult, shortcomings } from '../../../src/cli/demo/result.ts';
import { shows } from '../../../src/cli/demo/scenarios.ts';

const played = shows.migrations.scenarios;

const scenario = (name: string, more: Partial<ScenarioResult>): ScenarioResult => ({
  name,
  verdict: 'SUCCEEDED',
  because: null,
  rows: 1_000_000,
  seconds: 31.24,
  rowsPerSecond: 65_432,
  batches: 80,
  snapshotId: 'snap-1',
  fingerprintBefore: 'aaaaaaaaaaaaaaaaaaaa',
  fingerprintAfter: 'aaaaaaaaaaaaaaaaaaaa',
  writers: { acknowledged: 1234, failed: 0, lost: 0, p50Ms: 0.61, p99Ms: 4, maxBlockedMs: 312.5 },
  swaps: [],
  secondsOfWritesLost: 0,
  ...more,
});

const good = {
  scenarios: [
    scenario('expand-contract', { fingerprintAfter: 'bbbb' }),
    scenario('rolled-back', { verdict: 'ROLLED_BACK' }),
    scenario('restored', { verdict: 'RESTORED', secondsOfWritesLost: 6.2 }),
  ],
} as const;

const changed = (name: string, more: Partial<ScenarioResult>) => ({
  scenarios: good.scenarios.map((each) => (each.name === name ? { ...each, ...more } : each)),
});

describe('the demo', () => {
  it('is a proof when every scenario ended as it has to', () => {
    expect(isProved(good, played)).toBe(true);
  });

  it.each([
    [
      'a wrong verdict',
      changed('restored', { verdict: 'ROLLED_BACK' }),
      'restored ended ROLLED_BACK; RESTORED was expected',
    ],
    [
      'a lost write',
      changed('expand-contract', { writers: { ...good.scenarios[0].writers, lost: 2 } }),
      'expand-contract lost 2 acknowledged writes',
    ],
    [
      'idle writers',
      changed('expand-contract', { writers: { ...good.scenarios[0].writers, acknowledged: 0 } }),
      'expand-contract: no write was acknowledged, so nothing is proved',
    ],
    [
      'a swap that was not',
      changed('expand-contract', {
        swaps: [{ step: 'switch-1', retries: 0, maxBlockedMs: 2 }],
        because: 'so',
      }),
      'expand-contract: tables were swapped 1 times (so); 0 were expected',
    ],
    [
      'another schema',
      changed('rolled-back', { fingerprintAfter: 'b' }),
      'rolled-back: the schema is not what it was before',
    ],
    [
      'unknown schemas',
      changed('restored', { fingerprintBefore: null, fingerprintAfter: null }),
      'restored: the schema is not what it was before',
    ],
    ['a scenario left out', { scenarios: good.scenarios.slice(0, 2) }, 'restored was not played'],
  ])('is none with %s', (_, result, why) => {
    expect(shortcomings(result, played)).toEqual([why]);
    expect(isProved(result, played)).toBe(false);
    expect(renderResult(result, played)).toContain(`Not as it has to be:\n  ${why}`);
  });

  it('ends with a table', () => {
    expect(renderResult(good, played)).toBe(`                     expand-contract   rolled-back      restored
───────────────────  ───────────────  ────────────  ────────────
verdict                    SUCCEEDED   ROLLED_BACK      RESTORED
seconds                         31.2          31.2          31.2
rows backfilled            1,000,000     1,000,000     1,000,000
rows a second                 65,432        65,432        65,432
batches                           80            80            80
schema before           aaaaaaaaaaaa  aaaaaaaaaaaa  aaaaaaaaaaaa
schema after                    bbbb  aaaaaaaaaaaa  aaaaaaaaaaaa
writes acknowledged            1,234         1,234         1,234
writes refused                     0             0             0
writes lost                        0             0             0
write p50 ms                     0.6           0.6           0.6
write p99 ms                     4.0           4.0           4.0
longest write ms               312.5         312.5         312.5
seconds given up                 0.0           0.0           6.2

expand-contract: snapshot snap-1
rolled-back: snapshot snap-1
restored: snapshot snap-1, restored

Every scenario ended as it had to, and no write was lost.`);
  });
});
