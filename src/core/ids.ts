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
export const asPartitionId = (text: string): PartitionId => text as PartitionId;

export type EngineName = 'postgres' | 'mysql' | 'sqlserver';
