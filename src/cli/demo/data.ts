import { createHash } from 'node:crypto';

/** How many rows the demo's tables begin with. */
export interface DemoSize {
  readonly users: number;
  readonly orders: number;
}

/** The type of the users' key: `integer` is the narrow one that people come to regret. */
export type UserKey = 'integer' | 'bigint';

/** One order for every fourth user. */
export const demoSize = (rows: number): DemoSize => ({ users: rows, orders: Math.floor(rows / 4) });

/** The user to whom a preloaded order belongs; ordinals count from 1. */
export const userOfOrder = (ordinal: number): number => ordinal * 4;

/** Users with a preloaded order are never deleted, so that no cascade takes a row another writer counts on. */
export const hasPreloadedOrder = (user: number): boolean => user % 4 === 0;

/** The key of a preloaded order, as the server computes it while loading. */
export function orderKey(ordinal: number): string {
  const hex = createHash('md5').update(`order ${ordinal}`).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const currencies = ['EUR', 'USD', 'GBP'] as const;
