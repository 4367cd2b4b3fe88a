import type {
  AttemptOptions,
  BatchOutcome,
  Database,
  PartitionState,
  Pressure,
  StepAttempt,
} from '../../src/app/ports/engine.ts';
import type { EnterResult, JournalEntry, LedgerView, OpenRun, RunEntry } from '../../src/app/ports/ledger.ts';
import type { Check, CheckResult } from '../../src/core/checks.ts';
import { asPartitionId, type PartitionId, type RunId, type StepId, stepId } from '../../src/core/ids.ts';
import type { Verdict } from '../../src/core/lifecycle.ts';
import type { Step } from '../../src/core/plan/plan.ts';

/** One database as the use cases see it: a ledger that remembers, and answers that a test may script. */
export class FakeDatabase {
  schema = 'before';
  applied: LedgerView['applied'] = [];
  openRun: OpenRun | null = null;
  concluded: { readonly runId: RunId; readonly verdict: Verdict } | null = null;
  entering: EnterResult | null = null;
  fence = 0;
  journal: JournalEntry[] = [];
  partitions: PartitionState[] = [];
  leftSessions = 0;
  /** What happened here, in order. */
  readonly log: string[] = [];
  /** How often somebody connected. */
  connections = 0;
  open = 0;

  check: (check: Check) => CheckResult['outcome'] = () => 'passed';
  statementsEndWithClient = false;
  attempt: (step: Step, options?: AttemptOptions) => StepAttempt | Promise<StepAttempt> = () => ({
    kind: 'done',
    alreadyDone: false,
  });
  batch: (rows: number, timeoutMs: number, state: PartitionState) => Promise<Partial<BatchOutcome>> =
    async () => ({ done: true });
  pressure: () => Pressure = () => ({
    replicationLagSeconds: 0,
    waitingForUs: 0,
    oldestTransactionSeconds: 0,
  });

  done(...ids: readonly string[]): void {
    for (const id of ids) this.#journal(stepId(id), 'done');
  }

  connect(): Database {
    this.connections += 1;
    this.open += 1;
    return {
      ...(this.statementsEndWithClient ? { statementsEndWithClient: true as const } : {}),
      facts: async (names) => ({
        serverVersion: '18.0',
        tables: Object.fromEntries(names.map((name) => [name, null])),
      }),
      readToolHistory: async () => null,
      fingerprint: async () => ({ hash: this.schema, lines: [] }),
      check: async (check) => ({
        check: check.check,
        title: check.check,
        outcome: this.check(check),
        found: 'found',
      }),
      readRowCount: async () => ({ rows: '1', inserted: '0', deleted: '0' }),
      readLedger: async () => ({ installed: true, applied: this.applied, openRun: this.openRun }),
      enterRun: async (entry) => this.#enter(entry),
      concludeRun: async (runId, fence, verdict, { byHand } = {}) => {
        const who = byHand === undefined ? '' : ` by ${byHand.by}: ${byHand.reason}`;
        this.log.push(`concluded ${verdict} under fence ${fence}${who}`);
        this.concluded = { runId, verdict };
        this.openRun = null;
      },
      journal: async () => this.journal,
      attemptStep: async (step, options) => {
        const outcome = await this.attempt(step, options);
        this.log.push(`${step.id} ${outcome.kind}`);
        if (outcome.kind === 'done') this.#journal(step.id, 'done');
        return outcome;
      },
      planPartitions: async () => this.partitions,
      partitions: async () => this.partitions,
      openPartition: async (_runId, _fence, _backfill, id) => this.#worker(id),
      pressure: async () => this.pressure(),
      holdForRunner: async () => null,
      sessionsAtWork: async () => this.leftSessions,
      cancelSessions: async () => this.leftSessions,
      setPassword: async () => undefined,
      close: async () => {
        this.open -= 1;
      },
    };
  }

  #enter({ runId, plan, lease }: RunEntry): EnterResult {
    if (this.entering !== null) return this.entering;
    if (this.concluded?.runId === runId) return { kind: 'concluded', verdict: this.concluded.verdict };
    if (this.openRun !== null && this.openRun.runId !== runId) {
      return { kind: 'occupied', by: this.openRun.runId, since: this.openRun.startedAt };
    }
    const resumed = this.openRun !== null;
    this.fence = Math.max(this.fence + 1, lease);
    const startedAt = this.openRun?.startedAt ?? '2026-01-01T00:00:00.000Z';
    this.openRun = { runId, plan, direction: plan.migration.direction, startedAt, fence: this.fence };
    this.log.push(`entered under fence ${this.fence}`);
    return { kind: 'entered', fence: this.fence, resumed };
  }

  #journal(step: StepId, state: JournalEntry['state']): void {
    const others = this.journal.filter((entry) => entry.step !== step);
    this.journal = [...others, { step, state, startedAt: '', finishedAt: '' }];
  }

  #worker(id: PartitionId) {
    const known = this.partitions.find((partition) => partition.id === id);
    let state = known ?? emptyPartition(id);
    return {
      get state() {
        return state;
      },
      runBatch: async (rows: number, timeoutMs: number): Promise<BatchOutcome> => {
        const part = await this.batch(rows, timeoutMs, state);
        const { done = false, rowsVisited = rows, rowsChanged = rowsVisited } = part;
        state = {
          id,
          done,
          rowsVisited: state.rowsVisited + rowsVisited,
          rowsChanged: state.rowsChanged + rowsChanged,
          batches: state.batches + 1,
        };
        this.log.push(`batch of ${rows}`);
        return { done, rowsVisited, rowsChanged, total: state };
      },
    };
  }
}

export const emptyPartition = (id: string, details: Partial<PartitionState> = {}): PartitionState => ({
  id: asPartitionId(id),
  done: false,
  rowsVisited: 0,
  rowsChanged: 0,
  batches: 0,
  ...details,
});
