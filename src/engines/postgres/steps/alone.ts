import type { StepAttempt } from '../../../app/ports/engine.ts';
import { AmbiguousError, FatalError } from '../../../core/errors.ts';
import type { Step, UndoStep } from '../../../core/plan/plan.ts';
import type { OwnSession, Session } from '../session/session.ts';
import { type AloneStatement, readAloneStatement } from './alone-statement.ts';
import { type Attempt, lockTimeoutOf, runDetached } from './detached.ts';
import { findIndex, findIndexAt } from './index-probe.ts';
import {
  type IntentNote,
  readStep,
  type StepRow,
  withdrawIntent,
  writeDone,
  writeIntent,
} from './journal.ts';
import { keepOwn } from './own-settings.ts';
import { confirm, look, nothingToDo, probe } from './standing.ts';
import { inStep, stepScript } from './step-error.ts';

const DONE: StepAttempt = { kind: 'done', alreadyDone: false };

/** An attempt at a statement outside transactions, with what it works with. */
interface AloneAttempt extends Attempt {
  readonly text: string;
  readonly statement: AloneStatement;
  /** Holds the target; the author's settings are in force in it, for the statement and for the looks at its objects. */
  readonly session: OwnSession;
  /** For the journal, out of reach of those settings: another role, say, could not write it. */
  readonly ledger: Session;
}

/**
 * A statement that the server refuses inside a transaction: write the intent, look, act, look again, journal.
 * The session holds the target alone all the while, also when its client has gone, so that no second one
 * builds the same index and no run with a new fence begins. The settings of its author are made in that session,
 * each time anew, and end with it.
 */
export async function attemptAlone(
  attempt: Attempt,
  session: OwnSession,
  row: StepRow | null,
): Promise<StepAttempt> {
  const { connection, step } = attempt;
  const settings = step.statements.slice(0, -1);
  const text = step.statements.at(-1) ?? '';
  const statement = readStatement(step, text);
  refuseUnnamed(step, statement);
  if (settings.length > 0) await apply(settings, attempt, session);
  const ledger = settings.length > 0 ? connection : session;
  return carryOut({ ...attempt, text, statement, session, ledger }, row);
}

/** Makes the author's settings, one message each: together they would be a transaction. */
async function apply(settings: readonly string[], attempt: Attempt, session: OwnSession): Promise<void> {
  for (const [index, setting] of settings.entries()) {
    await session.read(setting).catch((error: unknown) => {
      throw inStep(error, stepScript([setting]), index, settings.length + 1);
    });
  }
  await keepOwn(session, lockTimeoutOf(attempt));
}

async function carryOut(attempt: AloneAttempt, row: StepRow | null): Promise<StepAttempt> {
  const { step, options, statement, session, ledger } = attempt;
  let note = row?.state === 'intended' ? row.note : null;
  if (note === null) {
    const stillWaits = await clearWayBack(attempt);
    if (stillWaits !== null) return stillWaits;
    note = await look(session, step, statement);
    if (note.present === nothingToDo(statement) || (await undoesNothing(attempt))) {
      await writeDone(ledger, step, options, note);
      return DONE;
    }
    await writeIntent(ledger, step, options, note);
  } else {
    // The intent may be that of an earlier worker, and this one the straggler.
    await ledger.read('SELECT lockkeeper.assert_fence($1)', [options.fence]);
    const standing = await probe(session, statement, note);
    if (standing.is === 'in-effect') {
      await writeDone(ledger, step, options);
      return DONE;
    }
    refuseUnverifiable(step, statement);
    const left = standing.is === 'broken' ? await repair(attempt, standing.remove) : null;
    if (left !== null) return left;
  }
  return act(attempt, note);
}

/** Runs the statement; when it fails and the catalogue shows nothing of it, the intent is withdrawn. */
async function act(attempt: AloneAttempt, note: IntentNote): Promise<StepAttempt> {
  const { step, options, text, statement, session, ledger } = attempt;
  const script = stepScript([text]);
  const lockTimeoutMs = lockTimeoutOf(attempt);
  await keepOwn(session, lockTimeoutMs);
  try {
    const left = await runDetached(attempt, session, `step ${step.id}`, script.text, lockTimeoutMs);
    if (left?.kind === 'running') return left;
    if (left === null) {
      await confirm(session, step, statement, note);
      await writeDone(ledger, step, options);
      return DONE;
    }
    await withdrawIfAbsent(attempt, note);
    return left;
  } catch (error) {
    if (error instanceof AmbiguousError || session.lost) throw error;
    await withdrawIfAbsent(attempt, note);
    throw inStep(error, script, step.statements.length - 1, step.statements.length);
  }
}

/**
 * On the way back an index may be there that no query can use: the run's own drop or build of it was interrupted. It has
 * to go before it can come again.
 */
async function clearWayBack(attempt: AloneAttempt): Promise<StepAttempt | null> {
  const { step, statement, session } = attempt;
  if (!isUndo(step) || statement.does !== 'build-index') return null;
  const { index } = await findIndexAt(session, statement.table, statement.name);
  if (index === null || index.valid) return null;
  const begun = (await forwardRows(attempt, step)).some((row) => row.state !== 'attempted');
  return begun ? repair(attempt, [index.name]) : null;
}

/** Drops what an interrupted attempt of ours left behind; the indexes are invalid, no query uses them. */
async function repair(attempt: AloneAttempt, names: readonly string[]): Promise<StepAttempt | null> {
  const { step, options, session } = attempt;
  const { concurrentLockTimeoutMs } = options;
  await keepOwn(session, concurrentLockTimeoutMs);
  for (const name of names) {
    const script = `DROP INDEX CONCURRENTLY IF EXISTS ${name}`;
    const left = await runDetached(attempt, session, `repair ${step.id}`, script, concurrentLockTimeoutMs);
    if (left !== null) return left;
  }
  return null;
}

async function withdrawIfAbsent(attempt: AloneAttempt, note: IntentNote): Promise<void> {
  const { step, options, statement, session, ledger } = attempt;
  if (statement.does === 'unverifiable') return;
  // A drop that failed half-way leaves the index there but unusable: the intent stays.
  if (statement.does === 'drop-index' && (await findIndex(session, statement.name))?.valid !== true) return;
  if ((await probe(session, statement, note)).is === 'absent') await withdrawIntent(ledger, step, options);
}

/** True for an undo step all of whose forward steps found their index there already: it is not ours to drop. */
async function undoesNothing(attempt: AloneAttempt): Promise<boolean> {
  const { step, statement } = attempt;
  if (!isUndo(step) || statement.does !== 'drop-index') return false;
  const begun = (await forwardRows(attempt, step)).filter((row) => row.state !== 'attempted');
  return begun.length > 0 && begun.every((row) => row.note?.present === true);
}

/** The forward step may not have come as far as the index: what is not there needs no undoing. */
function readStatement(step: Step, text: string): AloneStatement {
  const statement = readAloneStatement(text);
  return statement.does === 'drop-index' && isUndo(step) ? { ...statement, ifExists: true } : statement;
}

/** The journal's rows of the steps that one of the way back undoes. */
async function forwardRows(
  { ledger, options }: AloneAttempt,
  { undoes }: UndoStep,
): Promise<readonly StepRow[]> {
  const rows = await Promise.all(undoes.map((id) => readStep(ledger, options.runId, id)));
  return rows.filter((row) => row !== null);
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
