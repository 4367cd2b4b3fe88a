import type { Statement } from '../analysis/statement.ts';
import { stepId } from '../ids.ts';
import type { IndexRebuild, Step, UndoStep } from './plan.ts';
import { type StatementGroup, toSteps } from './steps.ts';

/** One index that goes and comes again, as an engine writes it down; each list is in order of execution. */
export interface RebuiltIndex {
  readonly name: string;
  readonly drop: Statement;
  /** As it was, down to its comment. */
  readonly build: readonly StatementGroup[];
  /** The same, where it may be there already: whole, half built or half dropped. */
  readonly bringBack: readonly StatementGroup[];
}

/** How an engine takes a table's indexes away for a load and builds them again. */
export interface IndexRebuildDraft {
  readonly table: string;
  /** In the order in which they are built again: those that foreign keys need come first. */
  readonly indexes: readonly RebuiltIndex[];
  readonly kept: IndexRebuild['kept'];
}

/** What the plan says of it to people. */
export const describeRebuild = ({ table, indexes, kept }: IndexRebuildDraft): IndexRebuild => ({
  table,
  indexes: indexes.map(({ name }) => name),
  kept,
});

/** Before the author's own statements. The last to be built again goes first: it is missed the least. */
export const dropSteps = ({ indexes }: IndexRebuildDraft): readonly Step[] =>
  indexes
    .toReversed()
    .flatMap(({ name, drop }) =>
      titled('expand', [{ statements: [drop], atomic: false }], `drop index ${name}, to be built again`),
    );

/** After the load: with a backfill that is the switch, when all its rows are in. */
export const buildSteps = ({ indexes }: IndexRebuildDraft, phase: 'expand' | 'switch'): readonly Step[] =>
  indexes.flatMap(({ name, build }) => titled(phase, build, `build index ${name} again`));

/**
 * The way back, after the author's own: rows that an index cannot hold are gone by then. Each step runs if the drop of
 * its index was begun.
 */
export function bringBackSteps(
  { indexes }: IndexRebuildDraft,
  steps: readonly Step[],
  first: number,
): readonly UndoStep[] {
  const back = indexes.flatMap(({ name, drop, bringBack }) => {
    const undoes = steps.filter(({ statements }) => statements.includes(drop.text)).map(({ id }) => id);
    return titled('undo', bringBack, `bring index ${name} back`).map((step) => ({ ...step, undoes }));
  });
  return back.map((step, index) => ({ ...step, id: stepId(`undo-${first + index}`) }));
}

const titled = <Phase extends 'expand' | 'switch' | 'undo'>(
  phase: Phase,
  groups: readonly StatementGroup[],
  title: string,
) =>
  toSteps(phase, groups).map((step) => ({
    ...step,
    title: step.mode === 'alone' ? title : step.title,
    source: null,
  }));
