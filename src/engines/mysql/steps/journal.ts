import type { AttemptOptions } from '../../../app/ports/engine.ts';
import type { RunId, StepId } from '../../../core/ids.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { assertFence } from '../ledger/fence.ts';
import { ledgerTable } from '../ledger/names.ts';
import { bind, literal } from '../quote.ts';
import type { Session } from '../session/session.ts';

/** What stood in the catalogue before a step outside transactions began. */
export interface IntentNote {
  /** All that the statement brings about was there already: it had nothing to do. */
  readonly present: boolean;
  /** Of the statement's claims (by their place) those that held before, which IF [NOT] EXISTS lets pass. */
  readonly heldBefore: readonly number[];
  /** The definition of the table it alters, as it was; null where there is none. */
  readonly definition: string | null;
}

export interface StepRow {
  readonly state: 'attempted' | 'intended' | 'done';
  readonly note: IntentNote | null;
  /** How often the server was left alone with the step. */
  readonly unattended: number;
}

export async function readStep(session: Session, runId: RunId, step: StepId): Promise<StepRow | null> {
  const [row] = await session.read<{ state: StepRow['state']; note: string | null; unattended: string }>(
    `SELECT state, note, unattended FROM ${ledgerTable(session, 'step')} WHERE run_id = ? AND step = ?`,
    [runId, step],
  );
  if (row === undefined) return null;
  const note = row.note === null ? null : (JSON.parse(row.note) as IntentNote);
  return { state: row.state, note, unattended: Number(row.unattended) };
}

/** One statement that journals the step as done; for use inside the step's own transaction. */
export function doneStatement(session: Session, step: Step, { runId, fence }: AttemptOptions): string {
  return bind(
    `INSERT INTO ${ledgerTable(session, 'step')} (run_id, step, title, state, fence, started_at, finished_at)
VALUES (?, ?, ?, 'done', ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
ON DUPLICATE KEY UPDATE state = 'done', fence = VALUES(fence), finished_at = VALUES(finished_at)`,
    [runId, step.id, step.title, fence],
  );
}

/** Journals the step as done in a transaction of its own; `note` where none was written with an intent. */
export async function writeDone(
  session: Session,
  step: Step,
  options: AttemptOptions,
  note: IntentNote | null = null,
): Promise<void> {
  const noted =
    note === null
      ? []
      : [
          `UPDATE ${ledgerTable(session, 'step')} SET note = ${literal(JSON.stringify(note))} WHERE ${place(step, options)}`,
        ];
  await session.write(
    `journal ${step.id}`,
    fenced(session, options.fence, doneStatement(session, step, options), ...noted),
  );
}

/** Before acting outside a transaction: that it will be done, and what was there before. */
export async function writeIntent(
  session: Session,
  step: Step,
  { runId, fence }: AttemptOptions,
  note: IntentNote,
): Promise<void> {
  const statement = bind(
    `INSERT INTO ${ledgerTable(session, 'step')} (run_id, step, title, state, note, fence, started_at)
VALUES (?, ?, ?, 'intended', ?, ?, UTC_TIMESTAMP(6))
ON DUPLICATE KEY UPDATE state = 'intended', note = VALUES(note), fence = VALUES(fence)`,
    [runId, step.id, step.title, JSON.stringify(note), fence],
  );
  await session.write(`intend ${step.id}`, fenced(session, fence, statement));
}

/** The statement failed and nothing of it is in effect: there is nothing to undo. */
export async function withdrawIntent(session: Session, step: Step, options: AttemptOptions): Promise<void> {
  const statement = `UPDATE ${ledgerTable(session, 'step')} SET state = 'attempted'
WHERE ${place(step, options)} AND state = 'intended'`;
  await session.write(`withdraw ${step.id}`, fenced(session, options.fence, statement));
}

/** The server is left alone with the step: counted, because nobody will hear why it failed if it does. */
export async function countUnattended(
  session: Session,
  step: Step,
  { runId, fence }: AttemptOptions,
): Promise<void> {
  const statement = bind(
    `INSERT INTO ${ledgerTable(session, 'step')} (run_id, step, title, state, unattended, fence, started_at)
VALUES (?, ?, ?, 'attempted', 1, ?, UTC_TIMESTAMP(6))
ON DUPLICATE KEY UPDATE unattended = unattended + IF(state = 'done', 0, 1)`,
    [runId, step.id, step.title, fence],
  );
  await session.write(`leave ${step.id}`, fenced(session, fence, statement));
}

const place = (step: Step, { runId }: AttemptOptions): string =>
  bind('run_id = ? AND step = ?', [runId, step.id]);

/** A transaction of statements that change nothing unless the fence is the current one. */
const fenced = (session: Session, fence: number, ...statements: readonly string[]): string =>
  ['START TRANSACTION', assertFence(session, fence), ...statements, 'COMMIT'].join(';\n');
