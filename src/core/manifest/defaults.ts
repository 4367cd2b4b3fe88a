/** What is filled in where a manifest is silent. */
export const manifestDefaults = {
  /** Long enough to amortise a commit, short enough that a waiting writer hardly notices. */
  batchTarget: '100ms',
  /** A careful start: the controller finds the right size within a few batches. */
  initialRows: 1000,
  /** Above this, locks, log volume and the loss on a failure grow while speed does not. */
  maxRows: 100_000,
  parallelism: 2,
  pace: 0.7,
  gate: 'approval',
  policy: 'down-then-restore',
  snapshot: 'always',
  lockTimeout: '500ms',
  lockRetryFor: '40m',
  keepHistory: false,
} as const;

/** Fewer rows than this a batch cost more in commits than they save in locks. */
export const smallestBatch = 10;
