import { describe, expect, it } from 'vitest';
import { noHistory, withPause, withSample } from '../../../src/core/backfill/history.ts';

const hour = (samples: number) => {
  let history = noHistory;
  for (let second = 0; second < samples; second++)
    history = withSample(history, { atMs: second * 1000, rows: second * 10, batchRows: 100 });
  return history.samples;
};

describe('the history of a partition', () => {
  it('keeps every sample while they are few', () => {
    expect(hour(3).map(({ atMs, rows }) => [atMs, rows])).toEqual([
      [0, 0],
      [1000, 10],
      [2000, 20],
    ]);
  });

  it('never grows beyond 48, keeps both ends, and leaves no age uncovered', () => {
    const samples = hour(3600);
    expect(samples).toHaveLength(48);
    expect([samples[0]?.atMs, samples.at(-1)?.atMs]).toEqual([0, 3_599_000]);
    const gaps = samples.slice(1).map(({ atMs }, index) => atMs - (samples[index]?.atMs ?? 0));
    // 48 samples over an hour: 77 s between two if they were even.
    expect(Math.max(...gaps)).toBeLessThan(4 * 77_000);
    expect(JSON.stringify(samples).length).toBeLessThan(3_000);
  });

  it('adds pauses up by their reason, whatever the figures', () => {
    let history = withPause(noHistory, 'replication lag is 12 s, going on at 5 s', 1);
    history = withPause(history, 'replication lag is 7.5 s, going on at 5 s', 2);
    history = withPause(history, 'slower: replication lag cannot be read', 0.5);
    expect(history.pauses).toEqual([
      { because: 'replication lag is 12 s, going on at 5 s', times: 2, seconds: 3 },
      { because: 'slower: replication lag cannot be read', times: 1, seconds: 0.5 },
    ]);
  });

  it('keeps a few reasons only', () => {
    let history = noHistory;
    for (const letter of 'abcdefghijkl') history = withPause(history, letter, 1);
    expect(history.pauses).toHaveLength(8);
    expect(history.pauses.at(-1)).toEqual({ because: 'h', times: 5, seconds: 5 });
  });
});
