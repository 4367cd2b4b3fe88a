import type { Backfill, Plan, Step } from '../plan/plan.ts';
import type { Situation } from './way-back.ts';

/** What the ledger and the run record say when a run has to go back. */
export interface Evidence {
  readonly plan: Plan;
  /** Steps whose journal says done or intended (an intended one may have happened). */
  readonly journaled: ReadonlySet<Step['id']>;
  readonly partitions: readonly { readonly backfill: number; readonly rowsChanged: number }[];
  readonly undoOutcome: 'done' | 'failed' | 'left-differences' | undefined;
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
      steps.some((step) => step.destroys && step.source !== null) ||
      backfilled.some((backfill) => overwrites(backfill, plan.steps)),
    policy: plan.rollback.policy,
    down: downState(evidence),
    restorePoint: evidence.restorePointAvailable ? 'available' : 'none',
    restore: evidence.restore,
    restoreNeedsConsent: evidence.restoreNeedsConsent,
    restoreConsented: evidence.restoreConsented,
  };
}

/** A backfill into columns that the same plan adds is undone by dropping them; into older ones it is not. */
export function overwrites(backfill: Backfill, steps: readonly Step[]): boolean {
  const added = new Set(
    steps.flatMap((step) =>
      step.effects.flatMap((effect) =>
        effect.does === 'create' && effect.object.type === 'column' ? [effect.object.name] : [],
      ),
    ),
  );
  return Object.keys(backfill.set).some((column) => !added.has(column));
}

function downState({ plan, journaled, undoOutcome }: Evidence): Situation['down'] {
  if (undoOutcome === 'failed') return 'failed';
  if (undoOutcome === 'left-differences') return 'left-differences';
  const uncovered = plan.rollback.notUndone.some((step) => journaled.has(step.step));
  return uncovered ? 'not-available' : 'untried';
}
