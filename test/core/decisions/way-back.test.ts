import { describe, expect, it } from 'vitest';
import { decideWayBack, type Situation, type WayBack } from '../../../src/core/decisions/way-back.ts';

/** Every value of every field; a new one does not compile until it is listed. */
const values = {
  changed: { true: true, false: false },
  destroyed: { true: true, false: false },
  policy: { 'down-then-restore': 0, down: 0, restore: 0, none: 0 },
  down: { untried: 0, failed: 0, 'left-differences': 0, 'not-available': 0 },
  restorePoint: { available: 0, none: 0 },
  restore: { untried: 0, 'under-way': 0, failed: 0, declined: 0 },
  restoreNeedsConsent: { true: true, false: false },
  restoreConsented: { true: true, false: false },
} satisfies { [Field in keyof Situation]: Record<`${Situation[Field]}`, unknown> };

function everySituation(): Situation[] {
  const fields = Object.entries(values).map(([field, options]) =>
    Object.keys(options).map((text) => ({ [field]: text === 'true' || (text === 'false' ? false : text) })),
  );
  return fields
    .reduce<object[]>(
      (sofar, options) => sofar.flatMap((one) => options.map((option) => ({ ...one, ...option }))),
      [{}],
    )
    .map((situation) => situation as Situation);
}

const situations = everySituation();
const cases = situations.map((now) => ({ now, back: decideWayBack(now) }));

/** Nothing was changed, yet something is said to be destroyed or half undone. */
const isContradiction = (now: Situation): boolean =>
  !now.changed && (now.destroyed || now.down === 'failed' || now.down === 'left-differences');

/** The situations of `cases` that break a rule; a rule that speaks of none proves nothing. */
function breaking(
  about: (now: Situation, back: WayBack) => boolean,
  holds: (now: Situation, back: WayBack) => boolean,
): { now: Situation; back: WayBack }[] {
  const concerned = cases.filter(({ now, back }) => about(now, back));
  expect(concerned.length).toBeGreaterThan(0);
  return concerned.filter(({ now, back }) => !holds(now, back));
}

describe('the way back, in every situation', () => {
  it('covers every combination once', () => {
    expect(situations).toHaveLength(2 * 2 * 4 * 4 * 2 * 4 * 2 * 2);
    expect(new Set(situations.map((now) => JSON.stringify(now))).size).toBe(situations.length);
  });

  it('always has a reason', () => {
    expect(
      breaking(
        () => true,
        (_now, back) => /^\S.{10,}[^.]$/.test(back.because),
      ),
    ).toEqual([]);
  });

  it('is never "none" when something was changed', () => {
    expect(
      breaking(
        (now) => now.changed || isContradiction(now),
        (_now, back) => back.go !== 'none',
      ),
    ).toEqual([]);
  });

  it('is "none" when nothing was changed and no restore was begun', () => {
    expect(
      breaking(
        (now) => !now.changed && !isContradiction(now) && now.restore === 'untried',
        (_now, back) => back.go === 'none',
      ),
    ).toEqual([]);
  });

  it('never begins a restore without a restore point', () => {
    expect(
      breaking(
        (now) => now.restorePoint === 'none' && now.restore !== 'under-way',
        (_now, back) => back.go !== 'restore' && back.go !== 'ask-restore',
      ),
    ).toEqual([]);
  });

  it('never begins a restore without the consent it needs', () => {
    expect(
      breaking(
        (now) => now.restoreNeedsConsent && !now.restoreConsented && now.restore !== 'under-way',
        (_now, back) => back.go !== 'restore',
      ),
    ).toEqual([]);
  });

  it('asks only for a consent that is needed and not yet given', () => {
    expect(
      breaking(
        (_now, back) => back.go === 'ask-restore',
        (now) => now.restoreNeedsConsent && !now.restoreConsented,
      ),
    ).toEqual([]);
  });

  it('never begins a restore that policy forbids', () => {
    expect(
      breaking(
        (now) => (now.policy === 'down' || now.policy === 'none') && now.restore !== 'under-way',
        (_now, back) => back.go !== 'restore' && back.go !== 'ask-restore',
      ),
    ).toEqual([]);
  });

  it('carries a restore that has begun to its end', () => {
    expect(
      breaking(
        (now) => now.restore === 'under-way',
        (_now, back) => back.go === 'restore',
      ),
    ).toEqual([]);
  });

  it('leaves everything as it is once a restore failed or was declined', () => {
    expect(
      breaking(
        (now) => now.restore === 'failed' || now.restore === 'declined',
        (_now, back) => back.go === 'attention',
      ),
    ).toEqual([]);
  });

  it('leaves a record that contradicts itself to a person', () => {
    expect(
      breaking(
        (now) => isContradiction(now) && now.restore === 'untried',
        (_now, back) => back.go === 'attention',
      ),
    ).toEqual([]);
  });

  it('goes down only once, only where that loses nothing, and only where policy says so', () => {
    expect(
      breaking(
        (_now, back) => back.go === 'down',
        (now) =>
          now.down === 'untried' &&
          !now.destroyed &&
          (now.policy === 'down' || now.policy === 'down-then-restore'),
      ),
    ).toEqual([]);
  });

  it('goes down before it restores, wherever going down may help', () => {
    expect(
      breaking(
        (now) =>
          now.changed &&
          !now.destroyed &&
          now.down === 'untried' &&
          now.restore === 'untried' &&
          (now.policy === 'down' || now.policy === 'down-then-restore'),
        (_now, back) => back.go === 'down',
      ),
    ).toEqual([]);
  });

  it('calls a person exactly when no other way is open', () => {
    const restoreIsOpen = (now: Situation) =>
      now.restorePoint === 'available' && (now.policy === 'restore' || now.policy === 'down-then-restore');
    const downIsOpen = (now: Situation) =>
      now.down === 'untried' &&
      !now.destroyed &&
      (now.policy === 'down' || now.policy === 'down-then-restore');
    expect(
      breaking(
        (now) => now.changed && now.restore === 'untried',
        (now, back) => (back.go === 'attention') === (!restoreIsOpen(now) && !downIsOpen(now)),
      ),
    ).toEqual([]);
  });
});

describe('the reason', () => {
  const failed: Situation = {
    changed: true,
    destroyed: false,
    policy: 'down-then-restore',
    down: 'untried',
    restorePoint: 'available',
    restore: 'untried',
    restoreNeedsConsent: true,
    restoreConsented: false,
  };

  it.each<[Partial<Situation>, WayBack['go'], string]>([
    [{ changed: false }, 'none', 'nothing had been changed'],
    [{}, 'down', 'every journaled step can be undone and later writes are kept'],
    [{ down: 'failed' }, 'ask-restore', 'the down script failed'],
    [
      { down: 'left-differences', restoreConsented: true },
      'restore',
      'the down script left the schema different from what it was',
    ],
    [
      { down: 'not-available', restoreNeedsConsent: false },
      'restore',
      'there is no down script for every step that was done',
    ],
    [{ destroyed: true }, 'ask-restore', 'data was destroyed that no down script brings back'],
    [{ policy: 'restore' }, 'ask-restore', 'the policy of this migration is to restore'],
    [{ policy: 'none' }, 'attention', 'the policy of this migration is not to go back'],
    [
      { policy: 'down', down: 'failed' },
      'attention',
      'the down script failed; the policy of this migration forbids a restore',
    ],
    [
      { down: 'failed', restorePoint: 'none' },
      'attention',
      'the down script failed; there is no restore point',
    ],
    [{ restore: 'failed' }, 'attention', 'the restore failed; nothing was deleted'],
    [
      { restore: 'declined' },
      'attention',
      'the restore was declined; the database is as the failure left it',
    ],
    [{ restore: 'under-way' }, 'restore', 'the restore has begun and is carried to its end'],
  ])('for %j', (differs, go, because) => {
    expect(decideWayBack({ ...failed, ...differs })).toEqual({ go, because });
  });
});
