import { assertFence } from './fence.ts';

/**
 * Journals a step as done, within the step's own transaction. Update first, then insert what was not there; MERGE
 * would race. UPDLOCK with HOLDLOCK keeps the place of the key, also where there is no row yet.
 * Parameters: @run, @step, @title, @fence.
 */
export const doneStatement = `UPDATE lockkeeper.step WITH (UPDLOCK, HOLDLOCK)
SET state = 'done', fence = @fence, finished_at = SYSUTCDATETIME() WHERE run_id = @run AND step = @step;
IF @@ROWCOUNT = 0
  INSERT INTO lockkeeper.step (run_id, step, title, state, fence, finished_at)
  VALUES (@run, @step, @title, 'done', @fence, SYSUTCDATETIME());`;

/** Before acting outside a transaction: that it will be done, and what was there before. @note is JSON. */
export const intentScript = fenced(`UPDATE lockkeeper.step WITH (UPDLOCK, HOLDLOCK)
SET state = 'intended', note = @note, fence = @fence WHERE run_id = @run AND step = @step AND state <> 'done';
IF @@ROWCOUNT = 0
  INSERT INTO lockkeeper.step (run_id, step, title, state, note, fence)
  VALUES (@run, @step, @title, 'intended', @note, @fence);`);

/** The statement failed and nothing of it is in effect. */
export const withdrawScript = fenced(`UPDATE lockkeeper.step SET state = 'attempted'
WHERE run_id = @run AND step = @step AND state = 'intended';`);

/** Journals the step as done in a transaction of its own. */
export const doneScript = fenced(doneStatement);

/** A transaction of statements that change nothing unless the fence is the current one; any error rolls back. */
export function fenced(statements: string): string {
  return `SET XACT_ABORT ON;
BEGIN TRANSACTION;
${assertFence}
${statements}
COMMIT TRANSACTION;`;
}

/** The step goes on with nobody who waits for it. Parameters: @run, @step, @title, @fence. */
export const unattendedScript = fenced(`UPDATE lockkeeper.step WITH (UPDLOCK, HOLDLOCK)
SET unattended = unattended + 1 WHERE run_id = @run AND step = @step AND state <> 'done';
IF @@ROWCOUNT = 0 AND NOT EXISTS (SELECT 1 FROM lockkeeper.step WHERE run_id = @run AND step = @step)
  INSERT INTO lockkeeper.step (run_id, step, title, state, unattended, fence)
  VALUES (@run, @step, @title, 'attempted', 1, @fence);`);
