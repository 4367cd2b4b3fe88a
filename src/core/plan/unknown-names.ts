import { didYouMean } from '../manifest/did-you-mean.ts';

/** What is wrong with a name, without its place. */
export interface UnknownName {
  readonly message: string;
  readonly expected: string;
}

/** @param candidates tables that may have been meant */
export const noTable = (table: string, candidates: readonly string[]): UnknownName => ({
  message: `there is no table ${table} in the database${suggestion(table, candidates)}`,
  expected: 'an existing table',
});

/**
 * @param columns those that the table has
 * @param besides what else was looked at in vain
 */
export const noColumn = (
  table: string,
  column: string,
  columns: readonly string[],
  besides = '',
): UnknownName => ({
  message: `table ${table} has no column ${column}${besides}${suggestion(column, columns)}`,
  expected: columns.length === 0 ? 'an existing column' : `one of ${columns.join(', ')}`,
});

/** By the last part of the names: the right table in another schema is a good guess, too. */
function suggestion(word: string, candidates: readonly string[]): string {
  const bare = (name: string) => name.split('.').at(-1) ?? name;
  const guess = didYouMean(bare(word), candidates.map(bare));
  const meant = candidates.find((candidate) => bare(candidate) === guess);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
