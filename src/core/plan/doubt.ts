import type { Statement } from '../analysis/statement.ts';
import type { StatementGroup } from './steps.ts';

/** After a statement: which names may stand for something else than the facts and the statements before it tell. */
export type Doubt = 'no names' | 'unqualified names' | 'all names';

/** What a statement leaves in doubt: one that could do anything, a temporary table, another search path, a renamed schema. */
export function doubtAfter(statement: Statement): Doubt {
  const opaque = statement.effects.some(
    (effect) =>
      (effect.does === 'rename' && effect.object.type === 'schema') ||
      (effect.does !== 'create' && effect.does !== 'write' && effect.object.type === 'other'),
  );
  const temporary = statement.findings.some((finding) => finding.rule === 'temporary-table');
  if (statement.kind === 'unknown' || opaque || temporary) return 'all names';
  return statement.kind === 'session' && lookup.test(statement.text) ? 'unqualified names' : 'no names';
}

/** Settings that decide what an unqualified name means. */
const lookup = /search_path|role|authorization|discard|reset\s+all|^use\b/i;

/** What is left in doubt when all of them are done. */
export const doubtAfterAll = (groups: readonly StatementGroup[]): Doubt =>
  groups
    .flatMap((group) => group.statements)
    .map(doubtAfter)
    .reduce(moreDoubt, 'no names');

/** Doubts add up. */
export const moreDoubt = (a: Doubt, b: Doubt): Doubt =>
  [a, b].includes('all names') ? 'all names' : a === 'no names' ? b : a;

export const isDoubtful = (doubt: Doubt, name: string): boolean =>
  doubt === 'all names' || (doubt === 'unqualified names' && !isQualified(name));

const isQualified = (name: string): boolean => name.replaceAll(/"[^"]*"/g, '').includes('.');
