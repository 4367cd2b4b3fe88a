import type { AttemptOptions } from '../../../app/ports/engine.ts';
import type { RunId, StepId } from '../../../core/ids.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { literal } from '../quote.ts';
import type { Session } from '../session/session.ts';

/** What stood in the catalogue before a step outside transactions began. */
export interface IntentNote {
  /** The object the statement creates or drops was there already. */
  readonly present: boolean;
  /** Half-built indexes of others on the same table, not ours to remove. */
  readonly leftovers: readonly string[];
}

export interface StepRow {
  readonly state: 'attempted' | 'intended' | 'done';
  readonly note: IntentNote | null;
  /** How often the server was left alone with the step. */
  readonly unattended: number;
}

export async function readStep(session: Session, runId: RunId, step: StepId): Promise<StepRow | null> {
  const [row] = await session.read<{ state: StepRow['state']; note: string | null; unattended: string }>(
    'SELECT state, note, unattended FROM lockkeeper.step WHERE run_id = $1 AND step = $2',
    [runId, step],
  );
  if (row === undefined) return null;
  const note = row.note === null ? null : (JSON.parse(row.note) as IntentNote);
  return { state: row.state, note, unattended: Number(row.unattended) };
}

/** One statement that journals the step as done; for use inside the step's own transaction. */
export function doneStatement(step: Step, { runId, fence }: AttemptOptions): string {
  return `INSERT INTO lockkeeper.step (run_id, step, title, state, fence, started_at, finished_at)
VALUES (${literal(runId)}, ${literal(step.id)}, ${literal(step.title)}, 'done', ${fence}, pg_catalog.now(), pg_catalog.clock_timestamp())
ON CONFLICT (run_id, step) DO UPDATE SET state = 'done', fence = excluded.fence, finished_at = excluded.finished_at`;
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
          `UPDATE lockkeeper.step SET note = ${literal(JSON.stringify(note))}
WHERE run_id = ${literal(options.runId)} AND step = ${literal(step.id)}`,
        ];
  await session.transact(`journal ${step.id}`, fenced(options.fence, doneStatement(step, options), ...noted));
}

/** Before acting outside a transaction: that it will be done, and what was there before. */
export async function writeIntent(
  session: Session,
  step: Step,
  { runId, fence }: AttemptOptions,
  note: IntentNote,
): Promise<void> {
  const statement = `INSERT INTO lockkeeper.step (run_id, step, title, state, note, fence)
VALUES (${literal(runId)}, ${literal(step.id)}, ${literal(step.title)}, 'intended', ${literal(JSON.stringify(note))}, ${fence})
ON CONFLICT (run_id, step) DO UPDATE SET state = 'intended', note = excluded.note, fence = excluded.fence`;
  await session.transact(`intend ${step.id}`, fenced(fence, statement));
}

/** The statement failed and nothing of it is in effect: there is nothing to undo. */
export async function withdrawIntent(session: Session, step: Step, options: AttemptOptions): Promise<void> {
  const statement = `UPDATE lockkeeper.step SET state = 'attempted'
WHERE run_id = ${literal(options.runId)} AND step = ${literal(step.id)} AND state = 'intended'`;
  await session.transact(`withdraw ${step.id}`, fenced(options.fence, statement));
}

/** The server is left alone with the step: counted, because nobody will hear why it failed if it does. */
export async function countUnattended(
  session: Session,
  step: Step,
  { runId, fence }: AttemptOptions,
): Promise<void> {
  const statement = `INSERT INTO lockkeeper.step AS s (run_id, step, title, state, unattended, fence)
VALUES (${literal(runId)}, ${literal(step.id)}, ${literal(step.title)}, 'attempted', 1, ${fence})
ON CONFLICT (run_id, step) DO UPDATE SET unattended = s.unattended + 1 WHERE s.state <> 'done'`;
  await session.transact(`leave ${step.id}`, fenced(fence, statement));
}

/** Statements of a transaction that changes nothing unless the fence is the current one. */
const fenced = (fence: number, ...statements: readonly string[]): readonly string[] => [
  `SELECT lockkeeper.assert_fence(${fence})`,
  ...statements,
];
