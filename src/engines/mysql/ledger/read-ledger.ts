import type { AppliedMigration, JournalEntry, LedgerView, OpenRun } from '../../../app/ports/engine.ts';
import { type RunId, runId, stepId } from '../../../core/ids.ts';
import type { Direction, Plan } from '../../../core/plan/plan.ts';
import type { Session } from '../session/session.ts';
import { isInstalled } from './install.ts';
import { ledgerTable } from './names.ts';

/** An instant as ISO 8601 with milliseconds. */
export const isoTime = (column: string): string =>
  `CONCAT(LEFT(DATE_FORMAT(${column}, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')`;

/** What the ledger says; creates nothing. */
export async function readLedger(session: Session): Promise<LedgerView> {
  if (!(await isInstalled(session))) return { installed: false, applied: [], openRun: null };
  return { installed: true, applied: await readApplied(session), openRun: await readOpenRun(session) };
}

/** The steps of a run that are, or may be, in effect, in the order in which they began. */
export async function readJournal(session: Session, id: RunId): Promise<readonly JournalEntry[]> {
  if (!(await isInstalled(session))) return [];
  const rows = await session.read<{
    step: string;
    state: JournalEntry['state'];
    started: string;
    finished: string | null;
  }>(
    `SELECT step, state, ${isoTime('started_at')} AS started, ${isoTime('finished_at')} AS finished
     FROM ${ledgerTable(session, 'step')} WHERE run_id = ? AND state <> 'attempted' ORDER BY started_at, step`,
    [id],
  );
  return rows.map((row) => ({
    step: stepId(row.step),
    state: row.state,
    startedAt: row.started,
    finishedAt: row.finished,
  }));
}

async function readApplied(session: Session): Promise<readonly AppliedMigration[]> {
  const rows = await session.read<
    Record<'version' | 'description' | 'repeatable' | 'checksum' | 'run' | 'at' | 'kept', string>
  >(
    `SELECT h.version, h.description, h.repeatable, h.checksum, h.run_id AS run, ${isoTime('h.applied_at')} AS at,
       COALESCE(JSON_CONTAINS_PATH(r.plan, 'one', '$.history'), 0) AS kept
     FROM ${ledgerTable(session, 'history')} h LEFT JOIN ${ledgerTable(session, 'run')} r ON r.run_id = h.run_id
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

async function readOpenRun(session: Session): Promise<OpenRun | null> {
  const [row] = await session.read<{
    run: string;
    direction: Direction;
    plan: string;
    fence: string;
    started: string;
  }>(
    `SELECT run_id AS run, direction, plan, fence, ${isoTime('started_at')} AS started
     FROM ${ledgerTable(session, 'run')} WHERE concluded_at IS NULL`,
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
