import type { EnterResult, RunEntry } from '../../../app/ports/ledger.ts';
import { type RunId, runId } from '../../../core/ids.ts';
import type { Verdict } from '../../../core/lifecycle.ts';
import type { Connection } from '../session/connection.ts';
import { endSessions } from '../session/end-sessions.ts';
import type { OwnSession } from '../session/session.ts';
import {
  describeHolder,
  isOfRun,
  type LockHolder,
  lockTarget,
  targetHolders,
} from '../session/target-lock.ts';
import { install } from './install.ts';
import { isoTime } from './read-ledger.ts';

/** A lock may be free again a moment after its holder has gone from the list of sessions. */
const LOCK_FREE_WITHIN_MS = 2_000;

/**
 * Takes the target's lock for a moment, installs the ledger where it is missing, takes the next fence and
 * records the run. Sessions the same run left on the server are ended first.
 */
export async function enterRun(connection: Connection, entry: RunEntry): Promise<EnterResult> {
  const session = await connection.more(entry.runId, 'enter', 'enter');
  try {
    const refused = await takeTarget(connection, session, entry.runId);
    if (refused !== null) return { kind: 'locked', holder: describeHolder(refused) };
    await install(session);
    return (await standingRun(session, entry.runId)) ?? (await record(session, entry));
  } finally {
    await connection.release(session);
  }
}

/** Null when the lock is ours, else the session of another run that holds it. */
async function takeTarget(
  connection: Connection,
  session: OwnSession,
  id: RunId,
): Promise<LockHolder | null> {
  if (await lockTarget(session)) return null;
  const holders = await targetHolders(session);
  const stranger = holders.find((holder) => !isOfRun(holder, id));
  if (stranger !== undefined) return stranger;
  await endSessions(session, holders, connection.signal);
  if (await lockTarget(session, LOCK_FREE_WITHIN_MS)) return null;
  return (await targetHolders(session))[0] ?? holders[0] ?? nobody;
}

const nobody: LockHolder = {
  id: 0,
  applicationName: '',
  user: '',
  state: '',
  idleSeconds: 0,
  shared: false,
};

async function standingRun(session: OwnSession, id: RunId): Promise<EnterResult | null> {
  const rows = await session.read<{ run: string; verdict: Verdict | null; since: string }>(
    `SELECT run_id AS run, verdict, ${isoTime('started_at')} AS since
FROM lockkeeper.run WHERE concluded_at IS NULL OR run_id = @run`,
    { run: id },
  );
  const own = rows.find((row) => row.run === id);
  if (own?.verdict != null) return { kind: 'concluded', verdict: own.verdict };
  const other = rows.find((row) => row.run !== id);
  return other === undefined ? null : { kind: 'occupied', by: runId(other.run), since: other.since };
}

/**
 * The fence's row is written first and so locked to the end: of two that enter the second sees what the first has done.
 * Parameters: @lease, @run, @version, @description, @direction, @repeatable, @checksum, @plan.
 */
export const enterScript = `SET XACT_ABORT ON;
DECLARE @lk_fence bigint, @lk_resumed int = 1;
BEGIN TRANSACTION;
UPDATE lockkeeper.fence SET fence = CASE WHEN fence + 1 > @lease THEN fence + 1 ELSE @lease END;
SELECT @lk_fence = fence FROM lockkeeper.fence;
UPDATE lockkeeper.run SET fence = @lk_fence WHERE run_id = @run;
IF @@ROWCOUNT = 0
BEGIN
  SET @lk_resumed = 0;
  INSERT INTO lockkeeper.run (run_id, version, description, direction, repeatable, checksum, [plan], fence)
  VALUES (@run, @version, @description, @direction, @repeatable, @checksum, @plan, @lk_fence);
END;
COMMIT TRANSACTION;
SELECT @lk_fence AS fence, @lk_resumed AS resumed;`;

async function record(session: OwnSession, entry: RunEntry): Promise<EnterResult> {
  const { migration } = entry.plan;
  const [row] = await session.write<{ fence: string; resumed: string }>('enter run', enterScript, {
    lease: entry.lease,
    run: entry.runId,
    version: migration.version,
    description: migration.description,
    direction: migration.direction,
    repeatable: migration.repeatable ? 1 : 0,
    checksum: migration.checksum,
    plan: JSON.stringify(entry.plan),
  });
  return { kind: 'entered', fence: Number(row?.fence), resumed: row?.resumed === '1' };
}
