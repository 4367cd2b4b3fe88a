import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { Clock } from '../../app/ports/clock.ts';

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Quota of `$range`, after the developer guide. */
const MAX_RANGE = 1000;

/**
 * What Step Functions adds to JSONata (developer guide, "Transforming data with JSONata"), and `$now` and
 * `$millis` on the given clock. `loadDefinition` refuses `$eval`. A seeded `$random` is stable, but not AWS's sequence.
 */
export function stepFunctions(clock: Clock, random: () => number): Record<string, unknown> {
  return {
    partition,
    range,
    hash,
    parse,
    uuid: () => uuid(random),
    random: (seed?: unknown) => (seed === undefined ? random() : seeded(numberIn('random', seed))),
    millis: () => clock.now(),
    now: (picture?: unknown, zone?: unknown) => now(clock, picture, zone),
  };
}

/** A version 4 UUID out of the given source of numbers in [0, 1). */
export function uuid(random: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (letter) => {
    const digit = Math.floor(random() * 16);
    return (letter === 'x' ? digit : (digit & 3) | 8).toString(16);
  });
}

function partition(list: unknown, size: unknown): unknown[][] | undefined {
  if (list === undefined) return undefined;
  const items = Array.isArray(list) ? list : [list];
  const step = numberIn('partition', size);
  if (!Number.isInteger(step) || step < 1) throw new Error('$partition: the size must be a positive integer');
  const parts: unknown[][] = [];
  for (let i = 0; i < items.length; i += step) parts.push(items.slice(i, i + step));
  return parts;
}

function range(first: unknown, last: unknown, step: unknown): number[] {
  const [from, to, by] = [first, last, step].map((value) => numberIn('range', value)) as [
    number,
    number,
    number,
  ];
  if (![from, to, by].every(Number.isInteger) || by === 0) {
    throw new Error('$range: all three arguments must be integers, the step not zero');
  }
  if ((to - from) / by >= MAX_RANGE) throw new Error(`$range: more than ${MAX_RANGE} values`);
  const values: number[] = [];
  for (let value = from; by > 0 ? value <= to : value >= to; value += by) values.push(value);
  return values;
}

function hash(data: unknown, algorithm: unknown): string | undefined {
  if (data === undefined) return undefined;
  const name = typeof algorithm === 'string' ? HASHES[algorithm] : undefined;
  if (name === undefined)
    throw new Error(`$hash: the algorithm must be one of ${Object.keys(HASHES).join(', ')}`);
  if (typeof data !== 'string') throw new Error('$hash: the data must be a string');
  return createHash(name).update(data, 'utf8').digest('hex');
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw new Error('$parse: the argument must be a string');
  return JSON.parse(text);
}

async function now(clock: Clock, picture: unknown, zone: unknown): Promise<unknown> {
  if (picture === undefined && zone === undefined) return new Date(clock.now()).toISOString();
  return jsonata('$fromMillis($ms, $picture, $zone)').evaluate(undefined, { ms: clock.now(), picture, zone });
}

function numberIn(name: string, value: unknown): number {
  if (typeof value !== 'number') throw new Error(`$${name}: expected a number`);
  return value;
}

/** One number in [0, 1) out of a seed (the mulberry32 generator). */
function seeded(seed: number): number {
  let a = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  a = Math.imul(a ^ (a >>> 15), a | 1);
  a ^= a + Math.imul(a ^ (a >>> 7), a | 61);
  return ((a ^ (a >>> 14)) >>> 0) / 2 ** 32;
}
