import type { PartitionProgress, RunEvent, RunRecord } from '../../src/app/ports/run-store.ts';
import { partitionId, planId, runId, stepId } from '../../src/core/ids.ts';
import type { Plan, Step } from '../../src/core/plan/plan.ts';

const step = (id: string, phase: Step['phase'], title: string, more: Partial<Step> = {}): Step => ({
  id: stepId(id),
  phase,
  title,
  mode: 'transaction',
  statements: [title],
  long: false,
  destroys: false,
  effects: [],
  lock: { mode: 'ACCESS EXCLUSIVE', tables: ['users'] },
  source: { path: 'm/V1__verified.sql', line: 2, column: 1 },
  ...more,
});

/** A plan with one of everything. */
export const plan: Plan = {
  format: 1,
  planId: planId('0123456789abcdef0123'),
  target: { name: 'shop', engine: 'postgres', serverVersion: '18.4' },
  migration: {
    version: '1',
    description: 'verified email',
    checksum: 'c0ffee',
    repeatable: false,
    direction: 'up',
    summary: "know whether a user's address is verified",
  },
  steps: [
    step('expand-1', 'expand', 'ALTER TABLE users ADD COLUMN email_verified boolean'),
    step('expand-2', 'expand', 'CREATE INDEX CONCURRENTLY i ON users (email_verified)', {
      mode: 'alone',
      long: true,
      lock: { mode: 'SHARE UPDATE EXCLUSIVE', tables: ['users'] },
    }),
    step('expand-3', 'expand', 'CREATE TRIGGER keep', {
      source: null,
      lock: { mode: 'SHARE ROW EXCLUSIVE', tables: ['users'] },
    }),
    step('contract-1', 'contract', 'ALTER TABLE users VALIDATE CONSTRAINT c', { lock: null, long: true }),
    step('contract-2', 'contract', 'ALTER TABLE users DROP COLUMN token', { destroys: true }),
  ],
  backfills: [
    {
      ordinal: 0,
      table: 'public.users',
      set: { email_verified: 'token IS NULL' },
      where: 'email_verified IS NULL',
      key: [{ name: 'id', type: 'bigint' }],
      batch: { targetMs: 250, maxRows: 100_000, initialRows: 1000 },
      parallelism: 2,
      partitions: 8,
      pace: 0.7,
      keepCurrent: true,
      rowsEstimate: 1_000_000,
    },
  ],
  checks: {
    before: [
      { check: 'unique', table: 'users', columns: ['email'] },
      { check: 'no_long_transactions', olderThanSeconds: 300 },
    ],
    after: [{ check: 'row_count', table: 'users', expect: { is: 'unchanged' } }],
  },
  gate: { opens: 'deployment' },
  restorePoint: { take: true, renewAfterSeconds: 3600, reason: 'a snapshot before the first change' },
  rollback: {
    policy: 'down-then-restore',
    undo: [{ ...step('undo-1', 'undo', 'DROP INDEX i'), phase: 'undo', undoes: [stepId('expand-2')] }],
    notUndone: [{ step: stepId('expand-1'), reason: 'no statement of the down script reverses it' }],
  },
  schemaFingerprint: 'aaaa',
  findings: [
    {
      rule: 'scans-table',
      severity: 'note',
      message: 'VALIDATE reads every row',
      position: { path: 'm/V1__verified.yaml', line: 9, column: 5 },
    },
    {
      rule: 'destructive-statement',
      severity: 'danger',
      message: 'DROP COLUMN loses data',
      remedy: 'keep it for a while',
      position: { path: 'm/V1__verified.yaml', line: 10, column: 5 },
    },
  ],
  approvalReasons: ['contract-2 destroys data: ALTER TABLE users DROP COLUMN token'],
  settings: {
    lockTimeoutMs: 500,
    lockRetryForMs: 2_400_000,
    concurrentLockTimeoutMs: 600_000,
    longTransactionSeconds: 300,
    replicationLagSeconds: 30,
  },
};

/** `12` is twelve seconds after the run began. */
export const at = (seconds: number): string =>
  new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + seconds * 1000).toISOString();

export const run: RunRecord = {
  runId: runId('1-verified-abc'),
  target: 'shop',
  version: '1',
  description: 'verified email',
  direction: 'up',
  planId: plan.planId,
  status: 'concluded',
  executionArn: 'arn:aws:states:us-east-1:0:execution:m:1',
  startedAt: at(0),
  t0: at(3),
  concludedAt: at(60),
  verdict: 'SUCCEEDED',
  because: 'every step and check is done',
  fingerprintBefore: 'aaaa',
  fingerprintAtGate: 'bbbb',
  fingerprintAfter: 'cccc',
  checksBefore: [
    { check: 'unique', title: 'no duplicates in users (email)', outcome: 'passed', found: 'none' },
  ],
  checksAfter: [
    { check: 'row_count', title: 'row count of users', outcome: 'passed', found: '5 rows | 5 before' },
  ],
  restorePoint: { snapshotId: 'snap-1', requestedAt: at(1), recoveryTime: at(2) },
  answers: { contract: { answer: 'approved', by: 'ann', reason: 'the *new* code is out', at: at(40) } },
};

const status = (seconds: number, from: string, to: string): RunEvent => ({
  at: at(seconds),
  kind: 'status',
  text: `${from} → ${to}`,
});

export const events: readonly RunEvent[] = [
  { at: at(0), kind: 'note', text: 'planned 5 steps and 1 backfills' },
  status(1, 'planned', 'leased'),
  status(1.5, 'leased', 'checked'),
  status(3, 'checked', 'snapshotted'),
  status(3, 'snapshotted', 'expanding'),
  {
    at: at(4),
    kind: 'lock-wait',
    text: 'expand-1 did not get its lock; held by session 7 (app)',
    step: stepId('expand-1'),
  },
  { at: at(5), kind: 'step', text: 'expand-1 done: ALTER TABLE users ADD COLUMN', step: stepId('expand-1') },
  { at: at(7), kind: 'step', text: 'expand-2: building index 40 %', step: stepId('expand-2') },
  { at: at(9), kind: 'step', text: 'expand-2 done: CREATE INDEX', step: stepId('expand-2') },
  status(10, 'expanding', 'backfilling'),
  status(30, 'backfilling', 'validating'),
  status(32, 'validating', 'awaiting-contract'),
  { at: at(40), kind: 'gate', text: 'contract approved by ann: the *new* code is out' },
  status(41, 'awaiting-contract', 'contracting'),
  { at: at(60), kind: 'verdict', text: 'SUCCEEDED: every step and check is done' },
];

export const partition = (ordinal: number, more: Partial<PartitionProgress> = {}): PartitionProgress => ({
  partition: partitionId(0, ordinal),
  done: true,
  rowsVisited: 500_000,
  rowsChanged: 400_000,
  batches: 30,
  batchRows: 20_000,
  rowsPerSecond: 25_000,
  pausedBecause: '',
  updatedAt: at(29),
  ...more,
});

export const partitions: readonly PartitionProgress[] = [partition(0), partition(1)];

/** Partitions as they are kept today: with how they went on, second by second, and what they paused for. */
export const partitionsWithHistory: readonly PartitionProgress[] = [0, 1].map((ordinal) =>
  partition(ordinal, {
    history: {
      samples: Array.from({ length: 20 }, (_, second) => ({
        atMs: Date.parse(at(10 + second)),
        rows: second < 10 ? second * 40_000 : 360_000 + (second - 9) * 14_000,
        batchRows: second === 0 ? 0 : 4_000 + 1_000 * second,
      })),
      pauses: [
        {
          because: `replication lag is ${12 + ordinal} s, going on at 5 s`,
          times: 3 + ordinal,
          seconds: 3 + ordinal,
        },
      ],
    },
  }),
);
