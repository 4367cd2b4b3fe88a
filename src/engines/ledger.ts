import type {
  AppliedMigration,
  EnterResult,
  JournalEntry,
  LedgerView,
  OpenRun,
} from '../app/ports/ledger.ts';
import { type RunId, runId, stepId } from '../core/ids.ts';
import type { Verdict } from '../core/lifecycle.ts';
import type { Direction, Plan } from '../core/plan/plan.ts';

/** The ledger of a database as it is read: with these words its tables are asked alike on all engines. */
export interface Ledger {
  /** Whether the tables are there; nothing else may be asked where they are not. */
  isInstalled(): Promise<boolean>;
  read<Row>(sql: string, values?: readonly string[]): Promise<readonly Row[]>;
  /** A table of the ledger as SQL names it. */
  table(name: 'run' | 'step' | 'history'): string;
  /** SQL of an instant as ISO 8601 with milliseconds. */
  isoTime(column: string): string;
  /** SQL condition: the JSON object in a column has such a member. */
  hasMember(column: string, member: string): string;
  /** Stands for the first value. */
  readonly parameter: '$1' | '?';
}

/** What the ledger says; creates nothing. */
export async function readLedger(ledger: Ledger): Promise<LedgerView> {
  if (!(await ledger.isInstalled())) return { installed: false, applied: [], openRun: null };
  return { installed: true, applied: await readApplied(ledger), openRun: await readOpenRun(ledger) };
}

/** The steps of a run that are, or may be, in effect, in the order in which they began. */
export async function readJournal(ledger: Ledger, id: RunId): Promise<readonly JournalEntry[]> {
  if (!(await ledger.isInstalled())) return [];
  const { isoTime, table, parameter } = ledger;
  const rows = await ledger.read<{
    step: string;
    state: JournalEntry['state'];
    started: string;
    finished: string | null;
  }>(
    `SELECT step, state, ${isoTime('started_at')} AS started, ${isoTime('finished_at')} AS finished
     FROM ${table('step')} WHERE run_id = ${parameter} AND state <> 'attempted' ORDER BY started_at, step`,
    [id],
  );
  return rows.map((row) => ({
    step: stepId(row.step),
    state: row.state,
    startedAt: row.started,
    finishedAt: row.finished,
  }));
}

/** Why a run cannot enter a ledger that is installed: it has concluded, or another one is open. Null: it can. */
export async function standingRun(ledger: Ledger, id: RunId): Promise<EnterResult | null> {
  const { isoTime, table, parameter } = ledger;
  const rows = await ledger.read<{ run: string; verdict: Verdict | null; since: string }>(
    `SELECT run_id AS run, verdict, ${isoTime('started_at')} AS since
     FROM ${table('run')} WHERE concluded_at IS NULL OR run_id = ${parameter}`,
    [id],
  );
  const own = rows.find((row) => row.run === id);
  if (own?.verdict != null) return { kind: 'concluded', verdict: own.verdict };
  const other = rows.find((row) => row.run !== id);
  return other === undefined ? null : { kind: 'occupied', by: runId(other.run), since: other.since };
}

async function readApplied({
  read,
  isoTime,
  table,
  hasMember,
}: Ledger): Promise<readonly AppliedMigration[]> {
  const rows = await read<
    Record<'version' | 'description' | 'repeatable' | 'checksum' | 'run' | 'at' | 'kept', string>
  >(
    `SELECT h.version, h.description, CASE WHEN h.repeatable THEN 1 ELSE 0 END AS repeatable, h.checksum,
       h.run_id AS run, ${isoTime('h.applied_at')} AS at, CASE WHEN ${hasMember('r.plan', 'history')} THEN 1 ELSE 0 END AS kept
     FROM ${table('history')} h LEFT JOIN ${table('run')} r ON r.run_id = h.run_id
     ORDER BY h.applied_at, h.repeatable, h.name`,
  );
  return rows.map((row) => ({
    version: row.version,
    description: row.description,
    repeatable: row.repeatable === '1',
    checksum: row.checksum,
    runId: runId(row.run),
    appliedAt: row.at,
    ...(row.kept === '1' ? { kept: true } : {}),
  }));
}

async function readOpenRun({ read, isoTime, table }: Ledger): Promise<OpenRun | null> {
  const [row] = await read<{
    run: string;
    direction: Direction;
    plan: string;
    fence: string;
    started: string;
  }>(
    `SELECT run_id AS run, direction, plan, fence, ${isoTime('started_at')} AS started
     FROM ${table('run')} WHERE concluded_at IS NULL`,
  );
  if (row === undefined) return null;
  return {
    runId: runId(row.run),
    direction: row.direction,
    plan: JSON.parse(row.plan) as Plan,
    startedAt: row.started,
    fence: Number(row.fence),
  };
}
