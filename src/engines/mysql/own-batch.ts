/**
 * A user variable that is set in the sessions that work on batches only: what they write is up to date already, and a trigger
 * that keeps rows current leaves them alone.
 */
export const ownBatch = '@lockkeeper_own_batch';
