import type { StepAttempt } from '../../../app/ports/engine.ts';
import { AmbiguousError, FatalError } from '../../../core/errors.ts';
import type { Step, UndoStep } from '../../../core/plan/plan.ts';
import { assertFence } from '../ledger/fence.ts';
import { ledgerTable } from '../ledger/names.ts';
import type { OwnSession, Session } from '../session/session.ts';
import { lockTimeoutStatement } from '../session/settings.ts';
import { type AloneStatement, readAloneStatement } from './alone-statement.ts';
import { type Attempt, runDetached } from './detached.ts';
import {
  type IntentNote,
  readStep,
  type StepRow,
  withdrawIntent,
  writeDone,
  writeIntent,
} from './journal.ts';
import { confirm, look, probe } from './standing.ts';
import { inStep, refusesHow, stepScript } from './step-error.ts';

const DONE: StepAttempt = { kind: 'done', alreadyDone: false };

/** An attempt at a statement outside transactions, with what it works with. */
interface AloneAttempt extends Attempt {
  readonly text: string;
  readonly statement: AloneStatement;
  /** Holds the target; the author's settings are in force in it, for the statement and for the looks at its objects. */
  readonly session: OwnSession;
  /** For the journal: another role, say, could not write it. The same session where there are no settings. */
  readonly ledger: Session;
}

/**
 * A statement that ends the transaction it stands in, as every DDL statement does: write the intent, look, act, look
 * again, journal. The session holds the target alone all the while, also when its client has gone, so that no second
 * one does the same and no run with a new fence begins. The settings of its author are made in that session, each time
 * anew, and end with it.
 */
export async function attemptAlone(
  attempt: Attempt,
  session: OwnSession,
  row: StepRow | null,
): Promise<StepAttempt> {
  const { connection, step, options } = attempt;
  const settings = step.statements.slice(0, -1);
  const text = step.statements.at(-1) ?? '';
  const statement = readStatement(step, text);
  if (settings.length === 0) return carryOut({ ...attempt, text, statement, session, ledger: session }, row);
  const ledger = await connection.more(options.runId, `${step.id}-ledger`, 'detached');
  try {
    await apply(settings, session);
    return await carryOut({ ...attempt, text, statement, session, ledger }, row);
  } finally {
    await connection.release(ledger);
  }
}

/** Makes the author's settings. */
async function apply(settings: readonly string[], session: OwnSession): Promise<void> {
  for (const [index, setting] of settings.entries()) {
    await session.read(setting).catch((error: unknown) => {
      throw inStep(error, stepScript([setting]), index, settings.length + 1);
    });
  }
}

async function carryOut(attempt: AloneAttempt, row: StepRow | null): Promise<StepAttempt> {
  const { step, options, statement, session, ledger } = attempt;
  const folds = attempt.connection.server.foldsTableNames;
  const known = row?.state === 'intended' ? row.note : null;
  if (known === null) {
    const note = await look(session, step, statement, folds);
    if (note.present || (await undoesNothing(attempt))) {
      await writeDone(ledger, step, options, { ...note, present: true });
      return DONE;
    }
    await writeIntent(ledger, step, options, note);
    return act(attempt, note, openText(attempt, note));
  }
  // The intent may be that of an earlier worker, and this one the straggler.
  await ledger.read(assertFence(ledger, options.fence));
  const standing = await probe(session, statement, known, folds);
  if (standing.is === 'in-effect') {
    await writeDone(ledger, step, options);
    return DONE;
  }
  refuseUnverifiable(attempt);
  if (standing.is === 'torn') throw torn(step, standing.found);
  return act(attempt, known, standing.is === 'partial' ? standing.rest : attempt.text);
}

/** What is not there needs no dropping: some servers take the mention of it for an error after they have acted. */
function openText({ statement, text }: AloneAttempt, { heldBefore }: IntentNote): string {
  if (statement.does !== 'change' || statement.piecemeal === null || heldBefore.length === 0) return text;
  return statement.piecemeal(statement.claims.filter((_, index) => !heldBefore.includes(index)));
}

/** Runs the statement; when it fails and the catalogue shows nothing of it, the intent is withdrawn. */
async function act(attempt: AloneAttempt, note: IntentNote, text: string): Promise<StepAttempt> {
  const { connection, step, options, statement, session, ledger } = attempt;
  const texts = text === attempt.text ? (step.attempts ?? [text]) : [text];
  const script = stepScript([text]);
  try {
    await session.read(lockTimeoutStatement(options.lockTimeoutMs));
    const left = await sendBest(attempt, texts);
    if (left?.kind === 'running') return left;
    if (left === null) {
      await confirm(session, step, statement, note, connection.server.foldsTableNames);
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

/** Sends one text after the other until the server does not refuse how it is to be done. */
async function sendBest(attempt: AloneAttempt, texts: readonly string[]): Promise<StepAttempt | null> {
  const { step, session } = attempt;
  const [text = '', ...others] = texts;
  try {
    return await runDetached(attempt, session, `step ${step.id}`, stepScript([text]).text);
  } catch (error) {
    // What it refuses so it has not begun.
    if (refusesHow(error) && others.length > 0) return sendBest(attempt, others);
    throw error;
  }
}

async function withdrawIfAbsent(attempt: AloneAttempt, note: IntentNote): Promise<void> {
  const { connection, step, options, statement, session, ledger } = attempt;
  if (statement.does === 'unverifiable') return;
  const standing = await probe(session, statement, note, connection.server.foldsTableNames);
  if (standing.is === 'absent') await withdrawIntent(ledger, step, options);
}

/** True for an undo step all of whose forward steps found their objects there already: they are not ours to undo. */
async function undoesNothing({ step, options, statement, ledger }: AloneAttempt): Promise<boolean> {
  if (!isUndo(step) || statement.does !== 'change') return false;
  const rows = await Promise.all(step.undoes.map((id) => readStep(ledger, options.runId, id)));
  const journaled = rows.filter((row) => row !== null && row.state !== 'attempted');
  return journaled.length > 0 && journaled.every((row) => row?.note?.present === true);
}

/** The forward step may not have come as far as its objects: what is not there needs no undoing. */
function readStatement(step: Step, text: string): AloneStatement {
  const statement = readAloneStatement(text);
  if (statement.does !== 'change' || !isUndo(step)) return statement;
  return { ...statement, claims: statement.claims.map((claim) => ({ ...claim, tolerant: true })) };
}

const isUndo = (step: Step): step is UndoStep => 'undoes' in step;

function refuseUnverifiable({ step, statement, ledger }: AloneAttempt): void {
  if (statement.does !== 'unverifiable') return;
  const table = ledgerTable(ledger, 'step');
  throw new FatalError(`step ${step.id} was begun and nobody can tell whether it took effect`, {
    code: 'unverifiable-step',
    remedy: `look at the database; if it is in effect: UPDATE ${table} SET state = 'done', finished_at = UTC_TIMESTAMP(6) WHERE step = '${step.id}' and this run; if not, set the state to 'attempted'; then resume`,
  });
}

const torn = (step: Step, found: string): FatalError =>
  new FatalError(
    `step ${step.id} is done at once by the server, but of what it does this is missing: ${found}`,
    {
      code: 'half-done',
      remedy: 'look whether someone else has changed the same objects, put them right, then resume',
    },
  );
