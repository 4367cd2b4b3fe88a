import { PARTITION_MOVED, STALE_FENCE } from './schema.ts';

/**
 * Fails unless `@fence` is the current one. REPEATABLEREAD keeps a shared lock to the end of the transaction, so that a
 * new fence waits for the transactions under the old one, and reads the row itself whatever the database is set to:
 * a row version would let a stale fence pass.
 */
export const assertFence = `IF NOT EXISTS (SELECT 1 FROM lockkeeper.fence WITH (REPEATABLEREAD) WHERE fence = @fence)
  THROW ${STALE_FENCE}, 'the fence is stale: a newer run has begun', 1;`;

/** Like `assertFence`, but raises an older fence: a restored ledger may have gone back in time. */
export const claimFence = `UPDATE lockkeeper.fence SET fence = @fence WHERE fence < @fence;
${assertFence}`;

/** Fails unless the partition stands where its worker believes, and locks its row (UPDLOCK) to the end. */
export const assertPartition = `IF NOT EXISTS (SELECT 1 FROM lockkeeper.partition WITH (UPDLOCK, HOLDLOCK)
  WHERE run_id = @run AND id = @partition AND batches = @batches AND done = 0)
  THROW ${PARTITION_MOVED}, 'the partition is not where its worker believes it to be', 1;`;
