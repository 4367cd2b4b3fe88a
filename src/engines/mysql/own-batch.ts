/**
 * A user variable that is 1 in the sessions that work on batches: what they write is up to date already, and a trigger
 * that keeps rows current leaves them alone.
 */
export const ownBatch = '@lockkeeper_own_batch';
