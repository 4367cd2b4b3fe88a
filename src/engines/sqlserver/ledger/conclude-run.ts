import type { Conclusion } from '../../../app/ports/ledger.ts';
import { FatalError } from '../../../core/errors.ts';
import type { RunId } from '../../../core/ids.ts';
import type { Verdict } from '../../../core/lifecycle.ts';
import type { Session } from '../session/session.ts';
import { claimFence } from './fence.ts';
import { install } from './install.ts';
import { readSpelling, toolHistoryScript } from './tool-history.ts';

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
  const [run] = await session.read('SELECT 1 AS found FROM lockkeeper.run WHERE run_id = @run', { run: id });
  if (run === undefined && verdict === 'SUCCEEDED') {
    throw new FatalError(`run ${id} cannot have succeeded: the ledger in this database does not know it`, {
      code: 'run-unknown',
      remedy: 'check whether the database was restored or replaced while the run was under way',
    });
  }
  const history = verdict === 'SUCCEEDED' ? succeededScript : forgottenScript;
  const ofTool =
    planned === undefined || verdict !== 'SUCCEEDED'
      ? ''
      : toolHistoryScript(planned, await readSpelling(session, planned));
  await session.write('conclude run', concludeScript(`${history}\n${ofTool}`), {
    run: id,
    fence,
    verdict,
    by: byHand?.by ?? null,
    reason: byHand?.reason ?? null,
  });
}

/** Parameters: @run, @fence, @verdict, @by and @reason, which are null where the run has ended by itself. */
const concludeScript = (history: string): string => `SET XACT_ABORT ON;
BEGIN TRANSACTION;
${claimFence}
UPDATE lockkeeper.run SET fence = @fence,
  concluded_at = CASE WHEN verdict = @verdict THEN concluded_at ELSE SYSUTCDATETIME() END,
  verdict = @verdict, concluded_by = COALESCE(@by, concluded_by), reason = COALESCE(@reason, reason)
WHERE run_id = @run;
IF @@ROWCOUNT = 0
  INSERT INTO lockkeeper.run (run_id, fence, concluded_at, verdict, concluded_by, reason)
  VALUES (@run, @fence, SYSUTCDATETIME(), @verdict, @by, @reason);
${history}
COMMIT TRANSACTION;`;

const forgottenScript = 'DELETE FROM lockkeeper.history WHERE run_id = @run;';

const nameOf = (run: string): string =>
  `CASE WHEN ${run}.repeatable = 1 THEN ${run}.description ELSE ${run}.version END`;

/** Up: the version is in effect. Down: it no longer is. Said again by the same run, nothing changes. */
const succeededScript = `DELETE FROM h FROM lockkeeper.history AS h
JOIN lockkeeper.run AS r ON h.repeatable = r.repeatable AND h.name = ${nameOf('r')}
WHERE r.run_id = @run AND (r.direction = 'down' OR h.run_id <> r.run_id);
INSERT INTO lockkeeper.history (repeatable, name, version, description, checksum, run_id)
SELECT r.repeatable, ${nameOf('r')}, r.version, r.description, r.checksum, r.run_id
FROM lockkeeper.run AS r WHERE r.run_id = @run AND r.direction = 'up'
  AND NOT EXISTS (SELECT 1 FROM lockkeeper.history AS h WHERE h.repeatable = r.repeatable AND h.name = ${nameOf('r')});`;
