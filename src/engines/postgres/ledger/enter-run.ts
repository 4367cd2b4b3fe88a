import type { EnterResult, RunEntry } from '../../../app/ports/ledger.ts';
import { standingRun } from '../../ledger.ts';
import { type TargetLock, takeTarget } from '../../target.ts';
import type { Connection } from '../session/connection.ts';
import { endSessions } from '../session/end-sessions.ts';
import type { Session } from '../session/session.ts';
import {
  describeHolder,
  isOfRun,
  type LockHolder,
  lockTarget,
  targetHolders,
} from '../session/target-lock.ts';
import { install } from './install.ts';
import { ledgerOf } from './ledger-of.ts';

/**
 * Takes the target's lock for a moment, installs the ledger where it is missing, takes the next fence and
 * records the run. Sessions the same run left on the server (their client died) are ended first.
 */
export async function enterRun(connection: Connection, entry: RunEntry): Promise<EnterResult> {
  const session = await connection.more(entry.runId, 'enter', 'ordinary');
  try {
    return await enterUnder(session, session, () => lockTarget(session), entry, connection.signal);
  } finally {
    await connection.release(session);
  }
}

/**
 * Does the same in a session, or transaction, that takes the lock with `lock` and gives it back with its end.
 * @param looks outside transactions, which see the sessions of others as they were at their first look
 */
export async function enterUnder(
  session: Session,
  looks: Session,
  lock: () => Promise<boolean>,
  entry: RunEntry,
  signal: AbortSignal,
): Promise<EnterResult> {
  const target: TargetLock<LockHolder> = {
    lock,
    holders: () => targetHolders(looks),
    isOurs: (holder) => isOfRun(holder, entry.runId),
    end: (holders) => endSessions(looks, holders, signal),
    describe: describeHolder,
  };
  const holder = await takeTarget(target, signal);
  if (holder !== null) return { kind: 'locked', holder };
  await install(session);
  return (await standingRun(ledgerOf(session), entry.runId)) ?? (await record(session, entry));
}

async function record(session: Session, entry: RunEntry): Promise<EnterResult> {
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
