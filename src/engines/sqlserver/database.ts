import type { Clock } from '../../app/ports/clock.ts';
import type {
  AttemptOptions,
  Database,
  DatabaseFacts,
  PartitionState,
  PartitionWorker,
  Pressure,
  SchemaFingerprint,
  StepAttempt,
} from '../../app/ports/engine.ts';
import type { Conclusion, EnterResult, JournalEntry, LedgerView, RunEntry } from '../../app/ports/ledger.ts';
import type { Baseline, Check, CheckResult, RowCountReading } from '../../core/checks.ts';
import type { HistoryContent, HistoryTable } from '../../core/history/tool-history.ts';
import type { PartitionId, RunId } from '../../core/ids.ts';
import type { Verdict } from '../../core/lifecycle.ts';
import type { Backfill, Step, UndoStep } from '../../core/plan/plan.ts';
import { ofColumns } from '../column-backfill.ts';
import { stateOf } from '../partition-row.ts';
import { readRowCount } from '../row-count.ts';
import { runCheck } from '../run-check.ts';
import { openPartition } from './backfill/partition-session.ts';
import { planPartitions } from './backfill/plan-partitions.ts';
import { readPartitions } from './backfill/read-partitions.ts';
import { checkKinds } from './checks/kinds.ts';
import { readPressure } from './checks/pressure.ts';
import { rowCounting } from './checks/row-counting.ts';
import { readFacts } from './facts.ts';
import { readFingerprint } from './fingerprint.ts';
import { concludeRun } from './ledger/conclude-run.ts';
import { enterRun } from './ledger/enter-run.ts';
import { readJournal, readLedger } from './ledger/read-ledger.ts';
import { readToolHistory } from './ledger/tool-history.ts';
import type { Connection } from './session/connection.ts';
import { endSessions, isIdle, sessionsNamed } from './session/end-sessions.ts';
import { setPassword } from './session/set-password.ts';
import { runPrefix } from './session/tag.ts';
import { describeHolder, lockRunner, runnerHolders } from './session/target-lock.ts';
import { attemptStep } from './steps/attempt-step.ts';

/** A connected SQL Server database. A session that was lost is opened again by the next call. */
export class SqlServerDatabase implements Database {
  readonly statementsEndWithClient = true;
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  facts(tables: readonly string[]): Promise<DatabaseFacts> {
    return readFacts(this.#connection, tables);
  }

  fingerprint(): Promise<SchemaFingerprint> {
    return readFingerprint(this.#connection);
  }

  check(check: Check, baseline: Baseline): Promise<CheckResult> {
    return runCheck(checkKinds, check, { connection: this.#connection, clock: this.#clock, baseline });
  }

  readRowCount(table: string): Promise<RowCountReading> {
    return readRowCount(rowCounting, this.#connection, table);
  }

  readLedger(): Promise<LedgerView> {
    return readLedger(this.#connection);
  }

  readToolHistory(table: HistoryTable): Promise<HistoryContent | null> {
    return readToolHistory(this.#connection, table);
  }

  enterRun(entry: RunEntry): Promise<EnterResult> {
    return this.#connection.repeatably(() => enterRun(this.#connection, entry));
  }

  concludeRun(runId: RunId, fence: number, verdict: Verdict, conclusion?: Conclusion): Promise<void> {
    return this.#connection.repeatably(() =>
      concludeRun(this.#connection, runId, fence, verdict, conclusion),
    );
  }

  journal(runId: RunId): Promise<readonly JournalEntry[]> {
    return readJournal(this.#connection, runId);
  }

  attemptStep(step: Step | UndoStep, options: AttemptOptions): Promise<StepAttempt> {
    return attemptStep(this.#connection, step, options);
  }

  async planPartitions(runId: RunId, fence: number, backfill: Backfill): Promise<readonly PartitionState[]> {
    const plan = () => planPartitions(this.#connection, runId, fence, backfill);
    return (await this.#connection.repeatably(plan)).map(stateOf);
  }

  async partitions(runId: RunId): Promise<readonly PartitionState[]> {
    return (await readPartitions(this.#connection, runId)).map(stateOf);
  }

  openPartition(runId: RunId, fence: number, backfill: Backfill, id: PartitionId): Promise<PartitionWorker> {
    return openPartition(this.#connection, runId, fence, ofColumns(backfill), id);
  }

  pressure(): Promise<Pressure> {
    return readPressure(this.#connection);
  }

  async holdForRunner(): Promise<string | null> {
    const session = await this.#connection.more('none', 'runner', 'runner');
    if (await lockRunner(session)) return null;
    const holders = await runnerHolders(session);
    await this.#connection.release(session);
    return holders.map(describeHolder).join(', ') || 'a session that is just ending';
  }

  async sessionsAtWork(runId: RunId): Promise<number> {
    const sessions = await sessionsNamed(this.#connection, runPrefix(runId), this.#connection.ids());
    return sessions.filter((session) => !isIdle(session.state)).length;
  }

  async cancelSessions(runId: RunId, signal: AbortSignal): Promise<number> {
    const victims = await sessionsNamed(this.#connection, runPrefix(runId), this.#connection.ids());
    await endSessions(this.#connection, victims, signal);
    return victims.length;
  }

  setPassword(user: string, password: string): Promise<void> {
    return this.#connection.repeatably(() => setPassword(this.#connection, user, password));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
