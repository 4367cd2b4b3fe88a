import { sameName } from '../analysis/statement.ts';
import type { ColumnBackfill, Plan, RowBackfill, RowDeletion, Step } from '../plan/plan.ts';
import type { Situation } from './way-back.ts';

/** What the ledger and the run record say when a run has to go back. */
export interface Evidence {
  readonly plan: Plan;
  /** Steps whose journal says done or intended (an intended one may have happened). */
  readonly journaled: ReadonlySet<Step['id']>;
  readonly partitions: readonly { readonly backfill: number; readonly rowsChanged: number }[];
  readonly undoOutcome: 'untried' | 'done' | 'failed' | 'left-differences' | undefined;
  readonly restorePointAvailable: boolean;
  readonly restore: Situation['restore'];
  readonly restoreNeedsConsent: boolean;
  readonly restoreConsented: boolean;
}

/** Reduces the evidence to what the decision table asks. */
export function situationOf(evidence: Evidence): Situation {
  const { plan, journaled } = evidence;
  const steps = plan.steps.filter((step) => journaled.has(step.id));
  const backfilled = plan.backfills.filter((backfill) =>
    evidence.partitions.some(
      (partition) => partition.backfill === backfill.ordinal && partition.rowsChanged > 0,
    ),
  );
  return {
    changed: steps.length > 0 || backfilled.length > 0,
    destroyed:
      steps.some((step) => step.destroys) ||
      backfilled.some((backfill) => lossOf(backfill, plan.steps) !== null),
    policy: plan.rollback.policy,
    down: downState(evidence),
    restorePoint: evidence.restorePointAvailable ? 'available' : 'none',
    restore: evidence.restore,
    restoreNeedsConsent: evidence.restoreNeedsConsent,
    restoreConsented: evidence.restoreConsented,
  };
}

/** What of a backfill tells what it writes. */
export type RowsWritten =
  | Pick<ColumnBackfill, 'table' | 'set' | 'carries' | 'deletes'>
  | Pick<RowBackfill, 'table' | 'carries' | 'deletes'>
  | Pick<RowDeletion, 'table' | 'carries' | 'deletes'>;

/** What of a backfill no down script brings back, in words; null where that is nothing. */
export function lossOf(backfill: RowsWritten, steps: readonly Step[]): string | null {
  // Rows that are carried go into a table of the plan's own.
  if (backfill.carries !== undefined) return null;
  if (backfill.deletes !== undefined) {
    const { where, reason } = backfill.deletes;
    return `rows of ${backfill.table} are deleted (${reason}), those with ${where}: no down script brings them back`;
  }
  const columns = overwrites(backfill, steps);
  return columns.length === 0
    ? null
    : `the backfill of ${backfill.table} overwrites ${columns.join(', ')}: no down script brings that back`;
}

/**
 * The columns a backfill overwrites: those that the same plan adds to the table are undone by dropping them. One
 * that may have been there before (IF NOT EXISTS) is not believed to be added.
 */
export function overwrites(
  { table, set }: Pick<ColumnBackfill, 'table' | 'set'>,
  steps: readonly Step[],
): readonly string[] {
  const added = steps
    .filter((step) => step.phase === 'expand')
    .flatMap((step) => step.effects)
    .flatMap((effect) =>
      effect.does === 'create' && effect.object.type === 'column' && effect.hedged !== true
        ? [effect.object]
        : [],
    )
    .filter((column) => sameName(column.table ?? '', table))
    .map((column) => column.name);
  return Object.keys(set).filter((column) => !added.includes(column));
}

function downState({ plan, journaled, undoOutcome }: Evidence): Situation['down'] {
  if (undoOutcome === 'failed') return 'failed';
  if (undoOutcome === 'left-differences') return 'left-differences';
  const { notUndone, undo } = plan.rollback;
  const left = notUndone.flatMap(({ step }) =>
    journaled.has(step) ? plan.steps.filter((candidate) => candidate.id === step) : [],
  );
  const scripted = undo.some((step) => step.source !== null);
  // A schema object left behind shows in the fingerprint, so that going down may be tried; rows would stay unseen.
  return left.length === 0 || (scripted && !left.some(writes)) ? 'untried' : 'not-available';
}

const writes = (step: Step): boolean => step.effects.some((effect) => effect.does === 'write');
