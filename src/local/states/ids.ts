import { uuid } from '../asl/functions.ts';

/**
 * UUIDs for what nobody named: executions, map runs, labels, task tokens. Their last part counts, so they stay
 * apart even when a test's source of randomness always gives the same number.
 */
export function idSource(random: () => number): () => string {
  let count = 0;
  return () => {
    count += 1;
    return uuid(random).slice(0, 24) + count.toString(16).padStart(12, '0');
  };
}
