import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InstanceDescription } from '../../../src/core/restore/description.ts';
import { nextSwapMove, type Roles, type SwapMove } from '../../../src/core/restore/swap.ts';
import { type RenameShape, RenamingRds } from './renaming-rds.ts';

const names = { original: 'orders', restored: 'orders-rb-r1', failed: 'orders-failed-r1' };
const ids = { old: 'db-OLD', restored: 'db-NEW' };

type Look = Partial<Roles<InstanceDescription>>;
const next = ({ original, restored, failed }: Look): SwapMove =>
  nextSwapMove(
    { original: original ?? null, restored: restored ?? null, failed: failed ?? null },
    names,
    ids,
  );

const old = (status = 'available', pending = {}): InstanceDescription => ({
  DbiResourceId: ids.old,
  DBInstanceStatus: status,
  PendingModifiedValues: pending,
});
const fresh = (status = 'available', pending = {}): InstanceDescription => ({
  ...old(status, pending),
  DbiResourceId: ids.restored,
});
const stranger: InstanceDescription = { DbiResourceId: 'db-OTHER', DBInstanceStatus: 'available' };

test.each<{ when: string; look: Look; move: object }>([
  {
    when: 'nothing has begun',
    look: { original: old(), restored: fresh() },
    move: { do: 'rename', from: names.original, to: names.failed },
  },
  {
    when: 'the first rename was asked for and does not show in the status yet',
    look: { original: old('available', { DBInstanceIdentifier: names.failed }), restored: fresh() },
    move: { do: 'wait' },
  },
  {
    when: 'the first rename is under way',
    look: { original: old('renaming'), restored: fresh() },
    move: { do: 'wait' },
  },
  { when: 'the old instance shows under no name', look: { restored: fresh() }, move: { do: 'wait' } },
  {
    when: 'the old instance shows under both names',
    look: { original: old('renaming'), restored: fresh(), failed: old('rebooting') },
    move: { do: 'wait' },
  },
  {
    when: 'the old instance has its new name and is still being renamed',
    look: { restored: fresh(), failed: old('renaming') },
    move: { do: 'wait' },
  },
  {
    when: 'it was interrupted between the renames',
    look: { restored: fresh(), failed: old() },
    move: { do: 'rename', from: names.restored, to: names.original },
  },
  {
    when: 'the old instance still reboots, which holds nothing up',
    look: { restored: fresh(), failed: old('rebooting') },
    move: { do: 'rename', from: names.restored, to: names.original },
  },
  {
    when: 'the old instance did not come up again under its new name',
    look: { restored: fresh(), failed: old('failed') },
    move: { do: 'rename', from: names.restored, to: names.original },
  },
  {
    when: 'the second rename is under way',
    look: { restored: fresh('renaming'), failed: old() },
    move: { do: 'wait' },
  },
  { when: 'the restored instance shows under no name', look: { failed: old() }, move: { do: 'wait' } },
  {
    when: 'the restored instance shows under both names',
    look: { original: fresh('renaming'), restored: fresh('renaming'), failed: old() },
    move: { do: 'wait' },
  },
  {
    when: 'the restored instance reboots under the name',
    look: { original: fresh('rebooting'), failed: old() },
    move: { do: 'wait' },
  },
  { when: 'all is done', look: { original: fresh(), failed: old() }, move: { do: 'done' } },
  {
    when: 'all is done and the volume is still being filled',
    look: { original: fresh('storage-initialization'), failed: old() },
    move: { do: 'done' },
  },
  {
    when: 'all is done and somebody has removed the failed instance',
    look: { original: fresh() },
    move: { do: 'done' },
  },
  {
    when: 'the restored instance is being backed up before anything was renamed',
    look: { original: old(), restored: fresh('backing-up') },
    move: { do: 'wait' },
  },
  {
    when: 'the old instance is being modified',
    look: { original: old('modifying'), restored: fresh() },
    move: { do: 'wait' },
  },
  {
    when: 'the first rename failed and left its new name pending',
    look: { original: old('failed', { DBInstanceIdentifier: names.failed }), restored: fresh() },
    move: { do: 'attention', because: 'orders is failed' },
  },
  {
    when: 'the second rename failed and left its new name pending',
    look: { restored: fresh('failed', { DBInstanceIdentifier: names.original }), failed: old() },
    move: {
      do: 'attention',
      because: 'orders-rb-r1 is failed and nothing bears the name orders',
    },
  },
  {
    when: 'the old instance is full and cannot be renamed',
    look: { original: old('storage-full'), restored: fresh() },
    move: { do: 'attention', because: 'orders is storage-full' },
  },
  {
    when: 'the restored instance broke before anything was renamed',
    look: { original: old(), restored: fresh('failed') },
    move: { do: 'attention', because: 'orders-rb-r1 is failed' },
  },
  {
    when: 'the restored instance broke between the renames',
    look: { restored: fresh('incompatible-network'), failed: old() },
    move: { do: 'attention', because: expect.stringContaining('nothing bears the name orders') },
  },
  {
    when: 'the restored instance broke under the name',
    look: { original: fresh('failed'), failed: old() },
    move: { do: 'attention' },
  },
  {
    when: 'the restored instance is gone before anything was renamed',
    look: { original: old() },
    move: { do: 'attention', because: expect.stringContaining('still the old instance') },
  },
  { when: 'neither is to be seen', look: {}, move: { do: 'attention' } },
  {
    when: 'somebody else has taken the name between the renames',
    look: { original: stranger, restored: fresh(), failed: old() },
    move: { do: 'attention', because: expect.stringContaining('orders is borne by') },
  },
  {
    when: 'the name for the failed instance is taken',
    look: { original: old(), restored: fresh(), failed: stranger },
    move: { do: 'attention' },
  },
  {
    when: 'the restored name is borne by another',
    look: { original: old(), restored: stranger },
    move: { do: 'attention' },
  },
  {
    when: 'an instance shows no resource id',
    look: { original: { DBInstanceStatus: 'available' }, restored: fresh() },
    move: { do: 'attention' },
  },
  {
    when: 'the two have each other’s names',
    look: { original: fresh(), restored: old() },
    move: { do: 'attention' },
  },
  {
    when: 'the restored one was given the name for the failed',
    look: { original: old(), failed: fresh() },
    move: { do: 'attention' },
  },
])('$when', ({ look, move }) => {
  expect(next(look)).toMatchObject(move);
});

test('names or instances that are not distinct are never swapped', () => {
  const look = { original: old(), restored: fresh(), failed: null };
  for (const [wrongNames, wrongIds] of [
    [{ ...names, failed: names.original }, ids],
    [{ ...names, restored: names.original }, ids],
    [names, { old: ids.old, restored: ids.old }],
  ] as const) {
    expect(nextSwapMove(look, wrongNames, wrongIds).do).toBe('attention');
  }
});

test('whatever Describe shows, only the right instance is renamed, from where it is to a free name', () => {
  const statuses = [
    'available',
    'renaming',
    'rebooting',
    'modifying',
    'storage-full',
    'failed',
    'unheard-of',
  ];
  const pendings = [{}, { DBInstanceIdentifier: 'x' }];
  const sights = [
    null,
    stranger,
    {},
    ...statuses.flatMap((status) =>
      pendings.flatMap((pending) => [old(status, pending), fresh(status, pending)]),
    ),
  ];
  const renames = new Set<string>();
  for (const original of sights) {
    for (const restored of sights) {
      for (const failed of sights) {
        const move = nextSwapMove({ original, restored, failed }, names, ids);
        if (move.do !== 'rename') continue;
        renames.add(`${move.from} → ${move.to}`);
        if (move.from === names.original) {
          expect(original?.DbiResourceId).toBe(ids.old);
          expect(restored).toEqual(fresh());
          expect(move.to).toBe(names.failed);
          expect(failed).toBeNull();
        } else {
          expect(move).toEqual({ do: 'rename', from: names.restored, to: names.original });
          expect(restored).toEqual(fresh());
          expect(original).toBeNull();
          expect(failed?.DbiResourceId).toBe(ids.old);
        }
      }
    }
  }
  expect([...renames].sort()).toEqual(['orders → orders-failed-r1', 'orders-rb-r1 → orders']);
});

function newRds(shape: RenameShape): RenamingRds {
  return new RenamingRds(shape, {
    [ids.old]: names.original,
    [ids.restored]: names.restored,
    'db-OTHER': 'billing',
  });
}

function decide(rds: RenamingRds): SwapMove {
  return nextSwapMove(rds.look(names), names, ids);
}

function expectSwapped(rds: RenamingRds): void {
  expect(rds.names()).toEqual({
    [ids.old]: names.failed,
    [ids.restored]: names.original,
    'db-OTHER': 'billing',
  });
  expect(rds.accepted).toEqual([
    `${ids.old}: orders → orders-failed-r1`,
    `${ids.restored}: orders-rb-r1 → orders`,
  ]);
}

const shapes: readonly RenameShape[] = ['late-status', 'under-both-names', 'under-no-name', 'at-once'];

test.each(shapes)('a worker that may die before and after every step always finishes (%s)', (shape) => {
  // Each bit says whether the worker lives to make the call that it has decided on.
  for (let deaths = 0; deaths < 2 ** 10; deaths++) {
    const rds = newRds(shape);
    let calls = 0;
    for (let step = 0; step < 60; step++) {
      const move = decide(rds);
      if (move.do === 'done') break;
      expect(move.do).not.toBe('attention');
      const lives = ((deaths >> (calls++ % 10)) & 1) === 0 || calls > 20;
      if (move.do === 'rename' && lives) rds.rename(move.from, move.to);
      rds.tick();
    }
    expect(decide(rds)).toEqual({ do: 'done' });
    expectSwapped(rds);
  }
});

test.each(shapes)(
  'two workers at once, each acting on what it saw some time ago, do no harm (%s)',
  (shape) => {
    const action = fc.constantFrom('look-a', 'act-a', 'look-b', 'act-b', 'tick');
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const rds = newRds(shape);
        const seen: Record<string, SwapMove> = {};
        for (const step of actions) {
          const [verb, worker = ''] = step.split('-');
          if (verb === 'look') seen[worker] = decide(rds);
          const move = seen[worker];
          if (verb === 'act' && move?.do === 'rename') rds.rename(move.from, move.to);
          if (verb === 'tick') rds.tick();
        }
        for (let step = 0; step < 60 && decide(rds).do !== 'done'; step++) {
          const move = decide(rds);
          if (move.do === 'rename') rds.rename(move.from, move.to);
          rds.tick();
        }
        expect(decide(rds)).toEqual({ do: 'done' });
        expectSwapped(rds);
      }),
      { numRuns: 500 },
    );
  },
);
