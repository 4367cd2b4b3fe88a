import type { KeepCurrentInput } from '../app/ports/engine.ts';

/** A column of a backfill that can be computed again from others. */
export interface Follower {
  readonly column: string;
  readonly expression: string;
  readonly sources: readonly string[];
}

/**
 * The columns that follow their sources, for servers to which names in capitals and small letters are the same. None without `where`: every
 * write is computed anew then.
 *
 * @param sourcesOf the columns that an expression reads, or null when it cannot be computed again
 */
export function followersOf(
  { table, set, where }: KeepCurrentInput,
  sourcesOf: (expression: string, table: string) => readonly string[] | null,
): readonly Follower[] {
  if (where === null) return [];
  return Object.entries(set).flatMap(([column, expression]) => {
    const sources = sourcesOf(expression, table);
    if (sources === null || sources.length === 0 || readsSet(sources, set)) return [];
    return [{ column, expression, sources }];
  });
}

/** Whether one of the sources is a column that the backfill sets. */
export const readsSet = (sources: readonly string[], set: KeepCurrentInput['set']): boolean =>
  sources.some((source) => Object.keys(set).some((other) => other.toLowerCase() === source.toLowerCase()));
