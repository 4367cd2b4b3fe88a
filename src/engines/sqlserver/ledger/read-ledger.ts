import type { AppliedMigration, JournalEntry, LedgerView, OpenRun } from '../../../app/ports/ledger.ts';
import { type RunId, runId, stepId } from '../../../core/ids.ts';
import type { Direction, Plan } from '../../../core/plan/plan.ts';
import type { Session } from '../session/session.ts';
import { isInstalled } from './install.ts';

/** An instant as ISO 8601 with milliseconds; the columns are in UTC. */
export const isoTime = (column: string): string =>
  `REPLACE(CONVERT(varchar(23), CONVERT(datetime2(3), ${column}), 121), ' ', 'T') + 'Z'`;

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
    finished: string;
  }>(
    `SELECT step, state, ${isoTime('started_at')} AS started, ${isoTime('finished_at')} AS finished
     FROM lockkeeper.step WHERE run_id = @run AND state <> 'attempted' ORDER BY started_at, step`,
    { run: id },
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
       CASE WHEN JSON_QUERY(r.[plan], '$.history') IS NULL THEN 0 ELSE 1 END AS kept
     FROM lockkeeper.history AS h LEFT JOIN lockkeeper.run AS r ON r.run_id = h.run_id
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
    `SELECT run_id AS run, direction, [plan], fence, ${isoTime('started_at')} AS started
     FROM lockkeeper.run WHERE concluded_at IS NULL`,
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
