/**
 * The figures a deployment publishes, in CloudWatch's words for their units. Alarms and dashboard read them under
 * these names.
 */
export const metricUnits = {
  /** Of one backfill worker, over its last batches. */
  RowsPerSecond: 'Count/Second',
  RowsVisited: 'Count',
  /** Percent of the rows estimated when the plan was made, over all backfills of the run. */
  ProgressPercent: 'Percent',
  ReplicationLagSeconds: 'Seconds',
  /** Sessions of others that wait for a lock that one of ours holds. */
  SessionsWaitingForUs: 'Count',
  OldestTransactionSeconds: 'Seconds',
  /** Pauses before a batch, by what made them; each a second or less. */
  ThrottledByReplicationLag: 'Count',
  ThrottledByLockWaiters: 'Count',
  ThrottledByOldTransaction: 'Count',
  ThrottledForWantOfReadings: 'Count',

  RollbackStarted: 'Count',
  NeedsAttention: 'Count',

  RunsUnderWay: 'Count',
  /** Since a function last renewed the lease of a run that ought to be at work. */
  HeartbeatAgeSeconds: 'Seconds',
  /** Since a backfill at work, paused by nobody's wish, last did a batch. */
  StalledSeconds: 'Seconds',
  /** Of the longest run under way, waits at gates not counted. */
  RunSeconds: 'Seconds',
  /** Since the lease of a run under way has expired. */
  LeaseOverdueSeconds: 'Seconds',
  /** Since a run has been waiting for an approval, or for consent to a restore. */
  ApprovalWaitSeconds: 'Seconds',
  /** Since a restore has set the failed instance aside, while that is still there. */
  FailedInstanceDays: 'None',
  SnapshotQuotaPercent: 'Percent',
} as const;

export type MetricName = keyof typeof metricUnits;
