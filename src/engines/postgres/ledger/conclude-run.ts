import type { ByHand, Conclusion } from '../../../app/ports/ledger.ts';
import { FatalError } from '../../../core/errors.ts';
import type { RunId } from '../../../core/ids.ts';
import type { Verdict } from '../../../core/lifecycle.ts';
import { literal } from '../quote.ts';
import type { Session } from '../session/session.ts';
import { install } from './install.ts';
import { columnsForPeople } from './schema.ts';
import { toolHistoryStatements } from './tool-history.ts';

/**
 * Records the verdict, and what it means for the history, in one transaction under the fence. Idempotent.
 * In a database restored from before the run, the ledger, the fence and the run's row are made up for.
 * Throws StaleFenceError; FatalError for SUCCEEDED where the ledger knows nothing of the run.
 */
export async function concludeRun(
  session: Session,
  id: RunId,
  fence: number,
  verdict: Verdict,
  { byHand, history: planned }: Conclusion = {},
): Promise<void> {
  await install(session);
  if (byHand !== undefined) await makeRoomForPeople(session);
  const [run] = await session.read('SELECT FROM lockkeeper.run WHERE run_id = $1', [id]);
  if (run === undefined && verdict === 'SUCCEEDED') {
    throw new FatalError(`run ${id} cannot have succeeded: the ledger in this database does not know it`, {
      code: 'run-unknown',
      remedy: 'check whether the database was restored or replaced while the run was under way',
    });
  }
  await session.transact('conclude run', [
    `SELECT lockkeeper.claim_fence(${fence})`,
    verdictStatement(literal(id), fence, literal(verdict)),
    ...(verdict === 'SUCCEEDED'
      ? succeededStatements(literal(id))
      : [`DELETE FROM lockkeeper.history WHERE run_id = ${literal(id)}`]),
    ...(byHand === undefined ? [] : [byHandStatement(literal(id), byHand)]),
    ...(planned === undefined || verdict !== 'SUCCEEDED' ? [] : toolHistoryStatements(planned)),
  ]);
}

/** A ledger of before people could conclude has no columns for them. */
async function makeRoomForPeople(session: Session): Promise<void> {
  const there = await session.read(
    `SELECT FROM pg_attribute WHERE attrelid = 'lockkeeper.run'::regclass AND attname = 'concluded_by'`,
  );
  if (there.length === 0) await session.write('extend ledger', columnsForPeople);
}

function verdictStatement(id: string, fence: number, verdict: string): string {
  return `INSERT INTO lockkeeper.run AS r (run_id, fence, concluded_at, verdict) VALUES (${id}, ${fence}, now(), ${verdict})
ON CONFLICT (run_id) DO UPDATE SET fence = excluded.fence, verdict = excluded.verdict,
  concluded_at = CASE WHEN r.verdict = excluded.verdict THEN r.concluded_at ELSE excluded.concluded_at END`;
}

/** Up: the version is in effect. Down: it no longer is. */
function succeededStatements(id: string): readonly string[] {
  const name = 'CASE WHEN r.repeatable THEN r.description ELSE r.version END';
  return [
    `INSERT INTO lockkeeper.history AS h (repeatable, name, version, description, checksum, run_id)
SELECT r.repeatable, ${name}, r.version, r.description, r.checksum, r.run_id
FROM lockkeeper.run r WHERE r.run_id = ${id} AND r.direction = 'up'
ON CONFLICT (repeatable, name) DO UPDATE SET version = excluded.version, description = excluded.description,
  checksum = excluded.checksum, run_id = excluded.run_id, applied_at = excluded.applied_at
WHERE h.run_id <> excluded.run_id`,
    `DELETE FROM lockkeeper.history h USING lockkeeper.run r
WHERE r.run_id = ${id} AND r.direction = 'down' AND h.repeatable = r.repeatable AND h.name = ${name}`,
  ];
}

const byHandStatement = (id: string, { by, reason }: ByHand): string =>
  `UPDATE lockkeeper.run SET concluded_by = ${literal(by)}, reason = ${literal(reason)} WHERE run_id = ${id}`;
