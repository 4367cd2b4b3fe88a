import type { StepAttempt } from '../../../app/ports/engine.ts';
import { AmbiguousError, FatalError } from '../../../core/errors.ts';
import type { Step, UndoStep } from '../../../core/plan/plan.ts';
import type { OwnSession } from '../session/session.ts';
import { type AloneStatement, readAloneStatement } from './alone-statement.ts';
import { type Attempt, runDetached } from './detached.ts';
import { findIndex } from './index-probe.ts';
import {
  type IntentNote,
  readStep,
  type StepRow,
  withdrawIntent,
  writeDone,
  writeIntent,
} from './journal.ts';
import { confirm, look, nothingToDo, probe } from './standing.ts';
import { inStep, stepScript } from './step-error.ts';

const DONE: StepAttempt = { kind: 'done', alreadyDone: false };

/**
 * A statement that the server refuses inside a transaction: write the intent, look, act, look again, journal.
 * The session holds the target alone all the while, also when its client has gone, so that no second one
 * builds the same index and no run with a new fence begins.
 */
export async function attemptAlone(
  attempt: Attempt,
  session: OwnSession,
  row: StepRow | null,
): Promise<StepAttempt> {
  const { step, options } = attempt;
  const [text, ...others] = step.statements;
  if (text === undefined || others.length > 0) {
    throw new FatalError(`step ${step.id} has ${step.statements.length} statements outside a transaction`, {
      code: 'unsupported-step',
      remedy: 'make each statement that cannot run in a transaction a step of its own',
    });
  }
  const statement = readStatement(step, text);
  refuseUnnamed(step, statement);
  let note = row?.state === 'intended' ? row.note : null;
  if (note === null) {
    note = await look(session, step, statement);
    if (note.present === nothingToDo(statement) || (await undoesNothing(attempt, session))) {
      await writeDone(session, step, options, note);
      return DONE;
    }
    await writeIntent(session, step, options, note);
  } else {
    const standing = await probe(session, statement, note);
    if (standing.is === 'in-effect') {
      await writeDone(session, step, options);
      return DONE;
    }
    refuseUnverifiable(step, statement);
    const left = standing.is === 'broken' ? await repair(attempt, session, standing.remove) : null;
    if (left !== null) return left;
  }
  return act(attempt, session, statement, note);
}

/** Runs the statement; when it fails and the catalogue shows nothing of it, the intent is withdrawn. */
async function act(
  attempt: Attempt,
  session: OwnSession,
  statement: AloneStatement,
  note: IntentNote,
): Promise<StepAttempt> {
  const { step, options } = attempt;
  const script = stepScript([], step, []);
  await useLockTimeout(attempt, session);
  try {
    const left = await runDetached(
      attempt,
      session,
      `step ${step.id}`,
      script.text,
      options.concurrentLockTimeoutMs,
    );
    if (left?.kind === 'running') return left;
    if (left === null) {
      await confirm(session, step, statement, note);
      await writeDone(session, step, options);
      return DONE;
    }
    await withdrawIfAbsent(attempt, session, statement, note);
    return left;
  } catch (error) {
    if (error instanceof AmbiguousError || session.lost) throw error;
    await withdrawIfAbsent(attempt, session, statement, note);
    throw inStep(error, script);
  }
}

/** Drops what an interrupted attempt of ours left behind; the indexes are invalid, no query uses them. */
async function repair(
  attempt: Attempt,
  session: OwnSession,
  names: readonly string[],
): Promise<StepAttempt | null> {
  const { step, options } = attempt;
  await session.read('SELECT lockkeeper.assert_fence($1)', [options.fence]);
  await useLockTimeout(attempt, session);
  for (const name of names) {
    const script = `DROP INDEX CONCURRENTLY IF EXISTS ${name}`;
    const left = await runDetached(
      attempt,
      session,
      `repair ${step.id}`,
      script,
      options.concurrentLockTimeoutMs,
    );
    if (left !== null) return left;
  }
  return null;
}

async function useLockTimeout({ options }: Attempt, session: OwnSession): Promise<void> {
  await session.read(`SELECT set_config('lock_timeout', $1, false)`, [
    String(options.concurrentLockTimeoutMs),
  ]);
}

async function withdrawIfAbsent(
  { step, options }: Attempt,
  session: OwnSession,
  statement: AloneStatement,
  note: IntentNote,
): Promise<void> {
  if (statement.does === 'unverifiable') return;
  // A drop that failed half-way leaves the index there but unusable: the intent stays.
  if (statement.does === 'drop-index' && (await findIndex(session, statement.name))?.valid !== true) return;
  if ((await probe(session, statement, note)).is === 'absent') await withdrawIntent(session, step, options);
}

/** True for an undo step all of whose forward steps found their index there already: it is not ours to drop. */
async function undoesNothing({ step, options }: Attempt, session: OwnSession): Promise<boolean> {
  if (!isUndo(step) || readAloneStatement(step.statements[0] ?? '').does !== 'drop-index') return false;
  const rows = await Promise.all(step.undoes.map((id) => readStep(session, options.runId, id)));
  const journaled = rows.filter((row) => row !== null && row.state !== 'attempted');
  return journaled.length > 0 && journaled.every((row) => row?.note?.present === true);
}

/** The forward step may not have come as far as the index: what is not there needs no undoing. */
function readStatement(step: Step, text: string): AloneStatement {
  const statement = readAloneStatement(text);
  return statement.does === 'drop-index' && isUndo(step) ? { ...statement, ifExists: true } : statement;
}

const isUndo = (step: Step): step is UndoStep => 'undoes' in step;

function refuseUnnamed(step: Step, statement: AloneStatement): void {
  if (statement.does !== 'unnamed-index') return;
  throw new FatalError(
    `step ${step.id} builds an index without a name: after a crash nobody could tell it from others`,
    {
      code: 'unverifiable-step',
      remedy: 'give the index a name',
    },
  );
}

function refuseUnverifiable(step: Step, statement: AloneStatement): void {
  if (statement.does !== 'unverifiable') return;
  throw new FatalError(`step ${step.id} was begun and nobody can tell whether it took effect`, {
    code: 'unverifiable-step',
    remedy: `look at the database; if it is in effect: UPDATE lockkeeper.step SET state = 'done', finished_at = now() WHERE step = '${step.id}' and this run; if not, set the state to 'attempted'; then resume`,
  });
}
