import type { AttemptOptions } from '../../../app/ports/engine.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { dollarQuoted, literal } from '../quote.ts';
import { applicationName } from '../session/tag.ts';
import { takesTargetToCommit } from '../session/target-lock.ts';
import { doneStatement } from '../steps/journal.ts';

/** What a step's block raises when somebody else holds the target. */
export const TARGET_BUSY = 'LK004';

/**
 * A step as one statement, hence one transaction and one message: once the server has it, all of it or nothing takes
 * effect, whether or not anyone waits for the answer, and its locks are held for as long as the server works, not
 * for as long as messages travel.
 *   name      by which the session is found while the server works on it
 *   lock      the target's, to the end of the transaction; else nothing happens
 *   fence     ours; else nothing happens
 *   done      an attempt whose reply was lost has done it already: nothing is left to do
 *   work      the author's statements, each after our own settings
 *   journal   as done, as the user who logged in: the author's role may not write to it
 */
export function stepBlock(step: Step, options: AttemptOptions): string {
  const { runId, fence, lockTimeoutMs } = options;
  const own = {
    application_name: applicationName({ runId, role: step.id }),
    lock_timeout: String(lockTimeoutMs),
  };
  const calls = Object.entries(own).map(
    ([name, value]) => `pg_catalog.set_config(${literal(name)}, ${literal(value)}, true)`,
  );
  const keepOwn = `PERFORM ${calls.join(', ')};`;
  // What is raised again carries no place, so the number of the statement is said in the message.
  const work = step.statements.flatMap((statement, index) => [
    `lk_at := ${index + 1};`,
    `EXECUTE ${literal(statement)};`,
    keepOwn,
  ]);
  return `DO ${dollarQuoted(`DECLARE
  lk_at integer := 0;
BEGIN
  ${keepOwn}
  IF NOT ${takesTargetToCommit} THEN
    RAISE EXCEPTION USING ERRCODE = '${TARGET_BUSY}', MESSAGE = 'the target is held by another session';
  END IF;
  PERFORM lockkeeper.assert_fence(${fence});
  IF EXISTS (SELECT FROM lockkeeper.step s WHERE s.run_id = ${literal(runId)} AND s.step = ${literal(step.id)} AND s.state = 'done') THEN
    RETURN;
  END IF;
  BEGIN
${work.map((line) => `    ${line}`).join('\n')}
  EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = pg_catalog.format('${inStatement}%s: %s', lk_at, SQLERRM);
  END;
  RESET SESSION AUTHORIZATION;
  RESET ROLE;
  ${doneStatement(step, options)};
END`)}`;
}

const inStatement = 'lockkeeper statement ';

/** `lockkeeper statement 2: relation "x" does not exist` → the statement's number, from 1, and the server's own words. */
export function statementIn(message: string): { readonly at: number; readonly words: string } | null {
  const [, at, words] = /^lockkeeper statement (\d+): (.*)$/s.exec(message) ?? [];
  return at === undefined || words === undefined ? null : { at: Number(at), words };
}
