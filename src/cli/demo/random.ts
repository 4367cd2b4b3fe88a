/** A small seeded generator (mulberry32), so that a demo can be repeated write by write. Uniform in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An integer from 0 up to, and not including, `below`. */
export const pickBelow = (random: () => number, below: number): number => Math.floor(random() * below);

/** Undefined only where there is nothing to choose from. */
export const pick = <Item>(items: readonly Item[], random: () => number): Item | undefined =>
  items[pickBelow(random, items.length)];

/** Random bits in the form of a version 4 UUID. */
export function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => pickBelow(random, 16).toString(16)).join('');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
}
