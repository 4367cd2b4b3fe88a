import type { EnterResult, RunEntry } from '../../../app/ports/engine.ts';
import { type RunId, runId } from '../../../core/ids.ts';
import type { Verdict } from '../../../core/lifecycle.ts';
import { poll } from '../../pause.ts';
import { bind } from '../quote.ts';
import type { Connection } from '../session/connection.ts';
import { endSessions } from '../session/end-sessions.ts';
import type { OwnSession } from '../session/session.ts';
import { sweepSessions } from '../session/session-record.ts';
import {
  describeHolder,
  isOfRun,
  type LockHolder,
  lockTarget,
  targetHolders,
} from '../session/target-lock.ts';
import { install } from './install.ts';
import { ledgerTable } from './names.ts';
import { isoTime } from './read-ledger.ts';

/** A lock may be free again a moment after its holder was last seen. */
const LOCK_FREE_WITHIN_MS = 2_000;

/**
 * Takes the target's lock for a moment, installs the ledger where it is missing, takes the next fence and
 * records the run. Sessions the same run left on the server (their client died) are ended first.
 */
export async function enterRun(connection: Connection, entry: RunEntry): Promise<EnterResult> {
  const session = await connection.more(entry.runId, 'enter', 'ordinary');
  try {
    const refused = await takeTarget(connection, session, entry.runId);
    if (refused !== null) return { kind: 'locked', holder: describeHolder(refused) };
    await install(session);
    await connection.recordAll();
    await sweepSessions(session);
    return (await standingRun(session, entry.runId)) ?? (await record(session, entry));
  } finally {
    await connection.release(session);
  }
}

const nobody: LockHolder = {
  id: 0,
  token: null,
  runId: '',
  role: '',
  user: '',
  command: null,
  shared: false,
};

/** Null when the lock is ours, else the session of another run that holds it. */
async function takeTarget(
  connection: Connection,
  session: OwnSession,
  id: RunId,
): Promise<LockHolder | null> {
  let holders: readonly LockHolder[] = [];
  const ask = async (): Promise<'ours' | LockHolder | null> => {
    if (await lockTarget(session)) return 'ours';
    holders = await targetHolders(session);
    const stranger = holders.find((holder) => !isOfRun(holder, id));
    if (stranger !== undefined) return stranger;
    await endSessions(session, holders, connection.signal);
    return null;
  };
  const answer = await poll(ask, LOCK_FREE_WITHIN_MS, 25, connection.signal);
  if (answer === 'ours') return null;
  return answer ?? holders[0] ?? nobody;
}

async function standingRun(session: OwnSession, id: RunId): Promise<EnterResult | null> {
  const rows = await session.read<{ run: string; verdict: Verdict | null; since: string }>(
    `SELECT run_id AS run, verdict, ${isoTime('started_at')} AS since
     FROM ${ledgerTable(session, 'run')} WHERE concluded_at IS NULL OR run_id = ?`,
    [id],
  );
  const own = rows.find((row) => row.run === id);
  if (own?.verdict != null) return { kind: 'concluded', verdict: own.verdict };
  const other = rows.find((row) => row.run !== id);
  return other === undefined ? null : { kind: 'occupied', by: runId(other.run), since: other.since };
}

async function record(session: OwnSession, entry: RunEntry): Promise<EnterResult> {
  const [row] = await session.write<{ fence: string; resumed: string }>(
    'enter run',
    enterScript(session, entry),
  );
  return { kind: 'entered', fence: Number(row?.fence), resumed: row?.resumed === '1' };
}

/** The row may be there or not; of the update and the insert one finds it so. */
function enterScript(session: OwnSession, { runId: id, plan, lease }: RunEntry): string {
  const [fence, run] = [ledgerTable(session, 'fence'), ledgerTable(session, 'run')];
  const { version, description, direction, repeatable, checksum } = plan.migration;
  const values = [id, version, description, direction, repeatable, checksum, JSON.stringify(plan)];
  return `
START TRANSACTION;
UPDATE ${fence} SET fence = GREATEST(fence + 1, ${lease});
SELECT COUNT(*) INTO @lk_found FROM ${run} WHERE ${bind('run_id = ?', [id])} FOR UPDATE;
UPDATE ${run} SET fence = (SELECT f.fence FROM ${fence} f) WHERE ${bind('run_id = ?', [id])};
INSERT INTO ${run} (run_id, version, description, direction, repeatable, checksum, plan, fence, started_at)
SELECT ${bind('?, ?, ?, ?, ?, ?, ?', values)}, f.fence, UTC_TIMESTAMP(6) FROM ${fence} f WHERE @lk_found = 0;
SELECT f.fence, @lk_found AS resumed FROM ${fence} f;
COMMIT`;
}
