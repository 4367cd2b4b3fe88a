import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../src/local/clock/virtual-clock.ts';

test('a week takes no time and is exact', async () => {
  const clock = new VirtualClock(1000);
  await clock.sleep(7 * 86_400_000);
  expect(clock.now()).toBe(1000 + 7 * 86_400_000);
});

test('timers fire by deadline, equal ones in the order of setting, each after the previous consequences', async () => {
  const clock = new VirtualClock(0);
  const seen: string[] = [];
  const sleeper = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    seen.push(`${name} at ${clock.now()}`);
    await Promise.resolve();
    await turn();
    seen.push(`${name} done`);
  };
  await Promise.all([sleeper('late', 20), sleeper('first', 10), sleeper('second', 10)]);
  expect(seen).toEqual([
    'first at 10',
    'first done',
    'second at 10',
    'second done',
    'late at 20',
    'late done',
  ]);
});

test('time stands still while real work is in flight', async () => {
  const clock = new VirtualClock(0);
  let finish: () => void = () => undefined;
  const sleeping = clock.sleep(5);
  const work = clock.busy(() => new Promise<void>((resolve) => (finish = resolve)));
  for (let i = 0; i < 20; i++) await turn();
  expect(clock.now()).toBe(0);
  finish();
  await work;
  await sleeping;
  expect(clock.now()).toBe(5);
});

test('work that sleeps on the clock lets time go on, and holds it again afterwards', async () => {
  const clock = new VirtualClock(0);
  const other = clock.sleep(15);
  await clock.busy(async () => {
    await clock.sleep(10);
    expect(clock.now()).toBe(10);
    for (let i = 0; i < 20; i++) await turn();
    expect(clock.now()).toBe(10);
  });
  await other;
  expect(clock.now()).toBe(15);
});

test('an aborted sleep rejects with the reason and moves no time', async () => {
  const clock = new VirtualClock(0);
  const controller = new AbortController();
  const reason = new Error('enough');
  const sleeping = clock.sleep(1_000_000, controller.signal);
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  await expect(clock.sleep(1, controller.signal)).rejects.toBe(reason);
  await clock.sleep(1);
  expect(clock.now()).toBe(1);
});

test('time waits while the program is still active between its turns', async () => {
  const clock = new VirtualClock(0);
  const sleeping = clock.sleep(5);
  for (let i = 0; i < 10; i++) {
    await clock.busy(async () => undefined);
    await turn();
  }
  expect(clock.now()).toBe(0);
  await sleeping;
});
