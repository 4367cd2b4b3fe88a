import type { EnterResult, RunEntry } from '../../../app/ports/ledger.ts';
import type { RunId } from '../../../core/ids.ts';
import { standingRun } from '../../ledger.ts';
import { type TargetLock, takeTarget } from '../../target.ts';
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
import { ledgerOf } from './ledger-of.ts';
import { ledgerTable } from './names.ts';

/**
 * Takes the target's lock for a moment, installs the ledger where it is missing, takes the next fence and
 * records the run. Sessions the same run left on the server (their client died) are ended first.
 */
export async function enterRun(connection: Connection, entry: RunEntry): Promise<EnterResult> {
  const session = await connection.more(entry.runId, 'enter', 'ordinary');
  try {
    const holder = await takeTarget(targetLock(connection, session, entry.runId), connection.signal);
    if (holder !== null) return { kind: 'locked', holder };
    await install(session);
    await connection.recordAll();
    await sweepSessions(session);
    return (await standingRun(ledgerOf(session), entry.runId)) ?? (await record(session, entry));
  } finally {
    await connection.release(session);
  }
}

const targetLock = (connection: Connection, session: OwnSession, id: RunId): TargetLock<LockHolder> => ({
  lock: () => lockTarget(session),
  holders: () => targetHolders(session),
  isOurs: (holder) => isOfRun(holder, id),
  end: (holders) => endSessions(session, holders, connection.signal),
  describe: describeHolder,
});

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
