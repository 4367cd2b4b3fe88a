import type { StepAttempt } from '../../../app/ports/engine.ts';
import { AmbiguousError, FatalError } from '../../../core/errors.ts';
import type { Step, UndoStep } from '../../../core/plan/plan.ts';
import type { OwnSession } from '../session/session.ts';
import { type AloneStatement, readAloneStatement } from './alone-statement.ts';
import { type Attempt, runDetached } from './detached.ts';
import { findIndex, findIndexAt, findReindexLeftovers } from './index-probe.ts';
import {
  type IntentNote,
  readStep,
  type StepRow,
  withdrawIntent,
  writeDone,
  writeIntent,
} from './journal.ts';
import { inStep, stepScript } from './step-error.ts';

const DONE: StepAttempt = { kind: 'done', alreadyDone: false };

/** What the catalogue says about the step. */
type Standing =
  | { readonly is: 'in-effect' }
  | { readonly is: 'absent' }
  /** Half done; these indexes (quoted names) have to go before it is done again. */
  | { readonly is: 'broken'; readonly remove: readonly string[] };

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
  const statement = readAloneStatement(text);
  refuseUnnamed(step, statement);
  let note = row?.state === 'intended' ? row.note : null;
  if (note === null) {
    note = await look(session, step, statement);
    if (note.present === nothingToDo(statement) || (await undoesNothing(attempt, session))) {
      await writeDone(session, step, options);
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
    throw inStep(error, step, script);
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

/** What was there before the first attempt. Throws FatalError when that stands in the way. */
async function look(session: OwnSession, step: Step, statement: AloneStatement): Promise<IntentNote> {
  if (statement.does === 'build-index') {
    const { index } = await findIndexAt(session, statement.table, statement.name);
    if (index === null) return { present: false, leftovers: [] };
    if (!index.valid) {
      throw new FatalError(`step ${step.id}: an invalid index ${index.name} was there before this run`, {
        code: 'invalid-index',
        remedy: `find out whose it is, then DROP INDEX CONCURRENTLY ${index.name}`,
      });
    }
    if (!statement.ifNotExists) {
      throw new FatalError(`step ${step.id}: an index ${index.name} was there before this run`, {
        code: 'already-exists',
        remedy: 'give the new index another name, or say IF NOT EXISTS if it is the same',
      });
    }
    return { present: true, leftovers: [] };
  }
  if (statement.does === 'drop-index') {
    const index = await findIndex(session, statement.name);
    if (index === null && !statement.ifExists) {
      throw new FatalError(`step ${step.id}: there is no index ${statement.name}`, {
        code: 'no-such-index',
        remedy: 'correct the name, or say IF EXISTS',
      });
    }
    return { present: index !== null, leftovers: [] };
  }
  if (statement.does === 'reindex') {
    return {
      present: true,
      leftovers: await findReindexLeftovers(session, statement.kind, statement.object),
    };
  }
  return { present: true, leftovers: [] };
}

/** The value of `present` with which the statement has nothing to do; null where there is no such value. */
function nothingToDo(statement: AloneStatement): boolean | null {
  if (statement.does === 'build-index') return true;
  return statement.does === 'drop-index' ? false : null;
}

/** How far the statement has come, seen from the catalogue and what was there before. */
async function probe(session: OwnSession, statement: AloneStatement, note: IntentNote): Promise<Standing> {
  if (statement.does === 'build-index') {
    const { index } = await findIndexAt(session, statement.table, statement.name);
    if (index === null) return { is: 'absent' };
    return index.valid ? { is: 'in-effect' } : { is: 'broken', remove: [index.name] };
  }
  if (statement.does === 'drop-index') {
    return { is: (await findIndex(session, statement.name)) === null ? 'in-effect' : 'absent' };
  }
  if (statement.does === 'reindex') {
    const left = await findReindexLeftovers(session, statement.kind, statement.object);
    const ours = left.filter((name) => !note.leftovers.includes(name));
    return ours.length > 0 ? { is: 'broken', remove: ours } : { is: 'absent' };
  }
  return { is: 'absent' };
}

/** The server said it is done; where that can be seen, it must be seen. */
async function confirm(
  session: OwnSession,
  step: Step,
  statement: AloneStatement,
  note: IntentNote,
): Promise<void> {
  if (statement.does !== 'build-index' && statement.does !== 'drop-index') return;
  const standing = await probe(session, statement, note);
  if (standing.is === 'in-effect') return;
  throw new FatalError(
    `step ${step.id} was reported as done by the server, but the catalogue does not show it`,
    {
      code: 'not-in-effect',
      remedy: 'look whether someone else changes the same objects',
    },
  );
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
