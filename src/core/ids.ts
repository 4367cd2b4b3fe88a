/** Identifiers that must not be mixed up are branded; only the border that parses or makes one may cast. */
type Branded<Name extends string> = string & { readonly __brand: Name };

export type RunId = Branded<'RunId'>;
export type PlanId = Branded<'PlanId'>;
/** Stable within a plan: `expand-1`, `contract-2`, `undo-1`. */
export type StepId = Branded<'StepId'>;
/** Stable within a run: `b1-p0003` is the third partition of the first backfill. */
export type PartitionId = Branded<'PartitionId'>;

export const runId = (text: string): RunId => text as RunId;
export const planId = (text: string): PlanId => text as PlanId;
export const stepId = (text: string): StepId => text as StepId;
export const partitionId = (backfill: number, ordinal: number): PartitionId =>
  `b${backfill + 1}-p${String(ordinal + 1).padStart(4, '0')}` as PartitionId;
/** The one whose keys come before, or null for a backfill's first. */
export function partitionBefore(id: PartitionId): PartitionId | null {
  const { backfill, ordinal } = placeOf(id);
  return ordinal === 0 ? null : partitionId(backfill, ordinal - 1);
}
/** Which backfill of the plan a partition belongs to, from 0. */
export const backfillOf = (id: PartitionId): number => placeOf(id).backfill;

function placeOf(id: PartitionId): { readonly backfill: number; readonly ordinal: number } {
  const [, backfill = '1', ordinal = '1'] = /^b(\d+)-p(\d+)$/.exec(id) ?? [];
  return { backfill: Number(backfill) - 1, ordinal: Number(ordinal) - 1 };
}

export const asPartitionId = (text: string): PartitionId => text as PartitionId;

export type EngineName = 'postgres' | 'mysql' | 'sqlserver';
