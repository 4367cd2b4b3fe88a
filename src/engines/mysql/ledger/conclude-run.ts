import type { ByHand, Conclusion } from '../../../app/ports/ledger.ts';
import { FatalError } from '../../../core/errors.ts';
import type { RunId } from '../../../core/ids.ts';
import type { Verdict } from '../../../core/lifecycle.ts';
import { literal } from '../quote.ts';
import type { Session } from '../session/session.ts';
import { claimFence } from './fence.ts';
import { install } from './install.ts';
import { ledgerTable } from './names.ts';
import { toolHistoryScript } from './tool-history.ts';

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
  const [run] = await session.read(`SELECT 1 FROM ${ledgerTable(session, 'run')} WHERE run_id = ?`, [id]);
  if (run === undefined && verdict === 'SUCCEEDED') {
    throw new FatalError(`run ${id} cannot have succeeded: the ledger in this database does not know it`, {
      code: 'run-unknown',
      remedy: 'check whether the database was restored or replaced while the run was under way',
    });
  }
  const history =
    verdict === 'SUCCEEDED'
      ? succeededScript(session, literal(id))
      : `DELETE FROM ${ledgerTable(session, 'history')} WHERE run_id = ${literal(id)};`;
  const ofTool = planned === undefined || verdict !== 'SUCCEEDED' ? '' : toolHistoryScript(planned);
  const person = byHand === undefined ? '' : byHandScript(session, literal(id), byHand);
  await session.write(
    'conclude run',
    concludeScript(session, literal(id), fence, literal(verdict), history + person + ofTool),
  );
}

/** The row may be there or not; of the two statements one finds it so. `verdict` is read before it is set. */
function concludeScript(session: Session, id: string, fence: number, verdict: string, more: string): string {
  const table = ledgerTable(session, 'run');
  return `
START TRANSACTION;
${claimFence(session, fence)};
SELECT COUNT(*) INTO @lk_found FROM ${table} WHERE run_id = ${id} FOR UPDATE;
UPDATE ${table} SET fence = ${fence},
  concluded_at = IF(verdict <=> ${verdict}, concluded_at, UTC_TIMESTAMP(6)), verdict = ${verdict}
WHERE run_id = ${id};
INSERT INTO ${table} (run_id, fence, started_at, concluded_at, verdict)
SELECT ${id}, ${fence}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), ${verdict} FROM DUAL WHERE @lk_found = 0;
${more}
COMMIT`;
}

/** Up: the version is in effect. Down: it no longer is. An instant stands as the run first wrote it. */
function succeededScript(session: Session, id: string): string {
  const [run, history] = [ledgerTable(session, 'run'), ledgerTable(session, 'history')];
  const name = 'IF(r.repeatable, r.description, r.version)';
  return `
INSERT INTO ${history} (repeatable, name, version, description, checksum, run_id, applied_at)
SELECT r.repeatable, ${name}, r.version, r.description, r.checksum, r.run_id, UTC_TIMESTAMP(6)
FROM ${run} r WHERE r.run_id = ${id} AND r.direction = 'up'
ON DUPLICATE KEY UPDATE
  applied_at = IF(lockkeeper_history.run_id = VALUES(run_id), lockkeeper_history.applied_at, VALUES(applied_at)),
  version = VALUES(version), description = VALUES(description), checksum = VALUES(checksum), run_id = VALUES(run_id);
DELETE h FROM ${history} h JOIN ${run} r ON h.repeatable = r.repeatable AND h.name = ${name}
WHERE r.run_id = ${id} AND r.direction = 'down';`;
}

const byHandScript = (session: Session, id: string, { by, reason }: ByHand): string => `
UPDATE ${ledgerTable(session, 'run')} SET concluded_by = ${literal(by)}, reason = ${literal(reason)} WHERE run_id = ${id};`;
