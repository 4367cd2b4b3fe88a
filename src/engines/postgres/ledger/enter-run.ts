import type { EnterResult, RunEntry } from '../../../app/ports/engine.ts';
import { type RunId, runId } from '../../../core/ids.ts';
import type { Verdict } from '../../../core/lifecycle.ts';
import { poll } from '../../pause.ts';
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
 * records the run. Sessions the same run left on the server (their client died) are ended first.
 */
export async function enterRun(connection: Connection, entry: RunEntry): Promise<EnterResult> {
  const session = await connection.more(entry.runId, 'enter', 'ordinary');
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
  return answer ?? holders[0] ?? { pid: 0, applicationName: '', user: '', state: null, shared: false };
}

async function standingRun(session: OwnSession, id: RunId): Promise<EnterResult | null> {
  const rows = await session.read<{ run: string; verdict: Verdict | null; since: string }>(
    `SELECT run_id AS run, verdict, ${isoTime('started_at')} AS since
     FROM lockkeeper.run WHERE concluded_at IS NULL OR run_id = $1`,
    [id],
  );
  const own = rows.find((row) => row.run === id);
  if (own?.verdict != null) return { kind: 'concluded', verdict: own.verdict };
  const other = rows.find((row) => row.run !== id);
  return other === undefined ? null : { kind: 'occupied', by: runId(other.run), since: other.since };
}

async function record(session: OwnSession, entry: RunEntry): Promise<EnterResult> {
  const { migration } = entry.plan;
  const [row] = await session.write<{ fence: string; resumed: string }>(
    'enter run',
    `WITH earlier AS (
       SELECT count(*) > 0 AS found FROM lockkeeper.run WHERE run_id = $2
     ), taken AS (
       UPDATE lockkeeper.fence SET fence = greatest(fence + 1, $1::bigint) RETURNING fence
     ), entered AS (
       INSERT INTO lockkeeper.run (run_id, version, description, direction, repeatable, checksum, plan, fence)
       SELECT $2, $3, $4, $5, $6::boolean, $7, $8::jsonb, fence FROM taken
       ON CONFLICT (run_id) DO UPDATE SET fence = excluded.fence
     )
     SELECT taken.fence, earlier.found AS resumed FROM taken, earlier`,
    [
      entry.lease,
      entry.runId,
      migration.version,
      migration.description,
      migration.direction,
      migration.repeatable,
      migration.checksum,
      JSON.stringify(entry.plan),
    ],
  );
  return { kind: 'entered', fence: Number(row?.fence), resumed: row?.resumed === 't' };
}
