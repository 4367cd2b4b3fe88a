import { describe, expect, it } from 'vitest';
import { arrow, lifecycle, type Status, statuses, verdicts } from '../../src/core/lifecycle.ts';

const pairs = statuses.flatMap((from) => statuses.map((to) => [from, to] as const));
const listed = (from: Status): string[] => Object.keys(lifecycle[from]);
const legal = pairs.filter(([from, to]) => listed(from).includes(to));
const illegal = pairs.filter(([from, to]) => !listed(from).includes(to));

function reachableFrom(start: Status, next: (status: Status) => readonly Status[]): Set<Status> {
  const seen = new Set<Status>([start]);
  for (const status of seen) for (const neighbour of next(status)) seen.add(neighbour);
  return seen;
}

describe('the lifecycle', () => {
  it('leads only to statuses that exist', () => {
    expect(statuses.flatMap(listed).filter((to) => !statuses.some((status) => status === to))).toEqual([]);
    expect(legal).toHaveLength(statuses.flatMap(listed).length);
  });

  it.each(legal)('%s → %s is legal and says why', (from, to) => {
    expect(arrow(from, to)).toMatch(/^[a-z].{5,}[^.]$/);
  });

  it.each(illegal)('%s → %s is illegal', (from, to) => {
    expect(arrow(from, to)).toBeNull();
  });

  it('never stays where it is by an arrow', () => {
    expect(legal.filter(([from, to]) => from === to)).toEqual([]);
  });

  it('reaches every status from planned', () => {
    const reached = reachableFrom('planned', (status) => statuses.filter((to) => arrow(status, to) !== null));
    expect([...reached].toSorted()).toEqual(statuses.toSorted());
  });

  it('reaches the end from every status', () => {
    const reached = reachableFrom('concluded', (status) =>
      statuses.filter((from) => arrow(from, status) !== null),
    );
    expect([...reached].toSorted()).toEqual(statuses.toSorted());
  });

  it('can go back from every status in which something may have been changed', () => {
    const changing = [
      'expanding',
      'backfilling',
      'validating',
      'awaiting-contract',
      'contracting',
      'paused',
    ] as const;
    for (const status of changing) expect(arrow(status, 'rolling-back'), status).not.toBeNull();
  });

  it('takes the restore point before the first change, on every path', () => {
    const without = reachableFrom('planned', (status) =>
      statuses.filter((to) => to !== 'snapshotted' && to !== 'concluded' && arrow(status, to) !== null),
    );
    for (const status of ['expanding', 'backfilling', 'contracting'] as const) {
      expect(without.has(status), status).toBe(false);
    }
  });

  it('goes forward again from no way back', () => {
    const after = reachableFrom('rolling-back', (status) =>
      statuses.filter((to) => status !== 'concluded' && arrow(status, to) !== null),
    );
    expect([...after].toSorted()).toEqual(['awaiting-restore', 'concluded', 'restoring', 'rolling-back']);
  });

  it('restores only by way of rolling-back', () => {
    const before = statuses.filter((from) => arrow(from, 'restoring') !== null);
    expect(before.toSorted()).toEqual(['awaiting-restore', 'rolling-back']);
  });

  it('knows nothing of words that are no status', () => {
    for (const word of ['constructor', 'toString', '__proto__', '']) {
      expect(arrow('planned', word as Status), word).toBeNull();
    }
  });

  it('names each verdict once', () => {
    expect(new Set(verdicts).size).toBe(verdicts.length);
  });
});
