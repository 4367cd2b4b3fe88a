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
import { readJournal, readLedger } from '../ledger.ts';
import { stateOf } from '../partition-row.ts';
import { readRowCount } from '../row-count.ts';
import { runCheck } from '../run-check.ts';
import { planPartitions } from './backfill/plan-partitions.ts';
import { readPartitions } from './backfill/read-partitions.ts';
import { checkKinds } from './checks/kinds.ts';
import { readPressure } from './checks/pressure.ts';
import { rowCounting } from './checks/row-counting.ts';
import { readFacts } from './facts.ts';
import { readFingerprint } from './fingerprint.ts';
import { concludeRun } from './ledger/conclude-run.ts';
import { ledgerOf } from './ledger/ledger-of.ts';
import { readToolHistory } from './ledger/tool-history.ts';
import { endSessions, sessionsNamed } from './session/end-sessions.ts';
import type { Link } from './session/link.ts';
import { setPassword } from './session/set-password.ts';
import { runPrefix } from './session/tag.ts';
import type { TargetWork } from './target-work.ts';

/** A connected PostgreSQL database, whatever the transport. */
export class PostgresDatabase implements Database {
  readonly draftReplacement?: NonNullable<Database['draftReplacement']>;
  readonly draftIndexRebuild?: NonNullable<Database['draftIndexRebuild']>;
  readonly keepsNoSession?: string;
  readonly #link: Link;
  readonly #work: TargetWork;
  readonly #clock: Clock;

  /** @param keepsNoSession see `Database` */
  constructor(link: Link, work: TargetWork, clock: Clock, keepsNoSession?: string) {
    if (keepsNoSession !== undefined) this.keepsNoSession = keepsNoSession;
    this.#link = link;
    this.#work = work;
    this.#clock = clock;
    if (work.draftReplacement !== undefined) this.draftReplacement = work.draftReplacement;
    if (work.draftIndexRebuild !== undefined) this.draftIndexRebuild = work.draftIndexRebuild;
  }

  facts(tables: readonly string[]): Promise<DatabaseFacts> {
    return readFacts(this.#link, tables);
  }

  fingerprint(): Promise<SchemaFingerprint> {
    return readFingerprint(this.#link);
  }

  check(check: Check, baseline: Baseline): Promise<CheckResult> {
    return runCheck(checkKinds, check, { connection: this.#link, clock: this.#clock, baseline });
  }

  readRowCount(table: string): Promise<RowCountReading> {
    return readRowCount(rowCounting, this.#link, table);
  }

  readLedger(): Promise<LedgerView> {
    return readLedger(ledgerOf(this.#link));
  }

  enterRun(entry: RunEntry): Promise<EnterResult> {
    return this.#link.repeatably(() => this.#work.enterRun(entry));
  }

  readToolHistory(table: HistoryTable): Promise<HistoryContent | null> {
    return readToolHistory(this.#link, table);
  }

  concludeRun(runId: RunId, fence: number, verdict: Verdict, more?: Conclusion): Promise<void> {
    return this.#link.repeatably(() => concludeRun(this.#link, runId, fence, verdict, more));
  }

  journal(runId: RunId): Promise<readonly JournalEntry[]> {
    return readJournal(ledgerOf(this.#link), runId);
  }

  attemptStep(step: Step | UndoStep, options: AttemptOptions): Promise<StepAttempt> {
    return this.#work.attemptStep(step, options);
  }

  async planPartitions(runId: RunId, fence: number, backfill: Backfill): Promise<readonly PartitionState[]> {
    const plan = () => planPartitions(this.#link, runId, fence, backfill);
    return (await this.#link.repeatably(plan)).map(stateOf);
  }

  async partitions(runId: RunId): Promise<readonly PartitionState[]> {
    return (await readPartitions(this.#link, runId)).map(stateOf);
  }

  openPartition(runId: RunId, fence: number, backfill: Backfill, id: PartitionId): Promise<PartitionWorker> {
    return this.#work.openPartition(runId, fence, backfill, id);
  }

  pressure(): Promise<Pressure> {
    return readPressure(this.#link);
  }

  holdForRunner(): Promise<string | null> {
    return this.#work.holdForRunner();
  }

  async sessionsAtWork(runId: RunId): Promise<number> {
    const sessions = await sessionsNamed(this.#link, runPrefix(runId), this.#link.pids());
    return sessions.filter((session) => session.state !== 'idle').length;
  }

  async cancelSessions(runId: RunId, signal: AbortSignal): Promise<number> {
    const victims = await sessionsNamed(this.#link, runPrefix(runId), this.#link.pids());
    await endSessions(this.#link, victims, signal);
    return victims.length;
  }

  setPassword(user: string, password: string): Promise<void> {
    return this.#link.repeatably(() => setPassword(this.#link, user, password));
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}
