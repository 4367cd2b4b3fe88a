import { afterEach, expect, test, vi } from 'vitest';
import { RealClock } from '../../../src/local/clock/real-clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('sleeps longer than the longest timer of Node', async () => {
  vi.useFakeTimers();
  const clock = new RealClock();
  const begin = clock.now();
  let woken: number | undefined;
  clock.sleep(30 * 86_400_000).then(() => {
    woken = clock.now();
  });
  await vi.advanceTimersByTimeAsync(31 * 86_400_000);
  expect(woken).toBe(begin + 30 * 86_400_000);
});

test('an aborted sleep rejects with the reason and leaves no timer', async () => {
  vi.useFakeTimers();
  const controller = new AbortController();
  const reason = new Error('enough');
  const sleeping = new RealClock().sleep(1000, controller.signal);
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  expect(vi.getTimerCount()).toBe(0);
});
