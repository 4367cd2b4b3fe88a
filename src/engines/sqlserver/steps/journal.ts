import type { AttemptOptions } from '../../../app/ports/engine.ts';
import type { RunId, StepId } from '../../../core/ids.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { doneScript, intentScript, unattendedScript, withdrawScript } from '../ledger/journal.ts';
import type { SqlValues } from '../session/client.ts';
import type { Session } from '../session/session.ts';

/** What stood in the catalogue before a step outside transactions began. */
export interface IntentNote {
  /** What the statement makes was there already, or what it drops was not: it has nothing to do. */
  readonly present: boolean;
}

export interface StepRow {
  readonly state: 'attempted' | 'intended' | 'done';
  readonly note: IntentNote | null;
  /** How often the step went on without anyone who waited for it. */
  readonly unattended: number;
}

export async function readStep(session: Session, runId: RunId, step: StepId): Promise<StepRow | null> {
  const [row] = await session.read<{ state: StepRow['state']; note: string | null; unattended: string }>(
    'SELECT state, note, unattended FROM lockkeeper.step WHERE run_id = @run AND step = @step',
    { run: runId, step },
  );
  if (row === undefined) return null;
  const note = row.note === null ? null : (JSON.parse(row.note) as IntentNote);
  return { state: row.state, note, unattended: Number(row.unattended) };
}

/** The parameters of the journal's scripts. */
export const journalValues = (step: Step, { runId, fence }: AttemptOptions): SqlValues => ({
  run: runId,
  step: step.id,
  title: step.title,
  fence,
});

/** Journals the step as done in a transaction of its own. */
export async function writeDone(session: Session, step: Step, options: AttemptOptions): Promise<void> {
  await session.write(`journal ${step.id}`, doneScript, journalValues(step, options));
}

/** Before acting outside a transaction: that it will be done, and what was there before. */
export async function writeIntent(
  session: Session,
  step: Step,
  options: AttemptOptions,
  note: IntentNote,
): Promise<void> {
  await session.write(`intend ${step.id}`, intentScript, {
    ...journalValues(step, options),
    note: JSON.stringify(note),
  });
}

/** The statement failed and nothing of it is in effect: there is nothing to undo. */
export async function withdrawIntent(session: Session, step: Step, options: AttemptOptions): Promise<void> {
  await session.write(`withdraw ${step.id}`, withdrawScript, journalValues(step, options));
}

/** Nobody waits for the step any more: counted, because nobody will hear why it failed if it does. */
export async function countUnattended(session: Session, step: Step, options: AttemptOptions): Promise<void> {
  await session.write(`leave ${step.id}`, unattendedScript, journalValues(step, options));
}
