import type { Statement } from '../analysis/statement.ts';
import { stepId } from '../ids.ts';
import type { Backfill, Carriage, Step, StepPhase, UndoStep, Walk } from './plan.ts';
import { toSteps } from './steps.ts';

/** Statements that are one step, and what they are to a person. */
export interface DraftStep {
  readonly title: string;
  readonly statements: readonly Statement[];
}

/** How an engine replaces one table: its own statements for what the plan then puts in order. */
export interface ReplacementDraft {
  /** The new table, empty; then the triggers that carry along whatever is written to the old one. */
  readonly expand: readonly DraftStep[];
  readonly carriage: Omit<Carriage, 'does'>;
  /** Of the new table. */
  readonly columns: readonly { readonly name: string; readonly nullable: boolean }[];
  /** The new table takes the name, and triggers mirror into the old one; then what may follow without that lock. */
  readonly switch: readonly DraftStep[];
  /** The old table goes, with the triggers that mirror. */
  readonly contract: readonly DraftStep[];
  /** The way back, first to last, each with the phase it takes back. */
  readonly undo: readonly (DraftStep & { readonly undoes: 'expand' | 'switch' })[];
}

/**
 * A lock on a table in use is waited for this long at a time, in milliseconds: whoever comes meanwhile waits behind
 * it, and with the swap itself that is to stay below a tenth of a second. Far below every server's deadlock timeout, so that it is never the application that is ended.
 */
export const switchLockTimeoutMs = 60;

/** The steps of a phase, numbered from `first`. */
export function replacementSteps<Phase extends StepPhase>(
  phase: Phase,
  drafts: readonly DraftStep[],
  first = 1,
): (Step & { readonly phase: Phase })[] {
  return drafts.flatMap(({ title, statements }, index) =>
    toSteps(phase, [{ statements, atomic: true }], first + index).map((step) => ({
      ...step,
      title,
      source: null,
      lockTimeoutMs: switchLockTimeoutMs,
    })),
  );
}

/** The way back of a replacement whose steps are among `steps`. */
export function replacementUndo(
  { undo }: ReplacementDraft,
  steps: readonly Step[],
  first: number,
): readonly UndoStep[] {
  return undo.flatMap((draft, index) =>
    replacementSteps('undo', [draft], first + index).map((step) => ({
      ...step,
      id: stepId(`undo-${first + index}`),
      undoes: steps.filter(({ phase }) => phase === draft.undoes).map(({ id }) => id),
    })),
  );
}

/** First every row is carried, then every row is compared: two walks along the same key. */
export function replacementBackfills(
  { carriage }: ReplacementDraft,
  walk: Omit<Walk, 'ordinal'>,
): readonly Backfill[] {
  return (['copy', 'compare'] as const).map((does, ordinal) => ({
    ...walk,
    ordinal,
    carries: { does, ...carriage },
  }));
}
