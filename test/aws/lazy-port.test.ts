import { expect, it } from 'vitest';
import { lazyPort } from '../../src/aws/lazy-port.ts';

interface Counter {
  add(by: number): Promise<number>;
}

/** Fails to load as often as it is told. */
function counting(failures: number) {
  let loads = 0;
  let sum = 0;
  const port = lazyPort<Counter>(async () => {
    loads += 1;
    if (loads <= failures) throw new Error('not there');
    return {
      async add(by) {
        if (by < 0) throw new RangeError('only upwards');
        sum += by;
        return sum;
      },
    };
  });
  return { port, loads: () => loads };
}

it('loads nothing before the first call, and once for many calls at a time', async () => {
  const { port, loads } = counting(0);
  expect(loads()).toBe(0);
  expect((await Promise.all([port.add(1), port.add(2)])).toSorted()).toEqual([1, 3]);
  await expect(port.add(-1)).rejects.toThrow(RangeError);
  expect(await port.add(4)).toBe(7);
  expect(loads()).toBe(1);
});

it('tries again where loading failed', async () => {
  const { port, loads } = counting(1);
  await expect(port.add(1)).rejects.toThrow('not there');
  expect(await port.add(1)).toBe(1);
  expect(loads()).toBe(2);
});
