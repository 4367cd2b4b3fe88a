import type { Statement } from '../../../core/analysis/statement.ts';
import { definitionOf } from '../analysis/definition.ts';
import { waysOf } from '../analysis/online/operations.ts';
import { operationsOf } from '../analysis/online/operations-of.ts';
import { tokensOf } from '../analysis/tokens.ts';
import type { Replacement, WrittenAction } from './actions.ts';

const why = 'the server works beside running reads and writes, or refuses';

/** ALGORITHM=COPY and LOCK=SHARED → in place and beside writes, where every server can. */
export function onlineAlter(actions: readonly WrittenAction[]): Replacement | null {
  const [first] = actions;
  if (first === undefined || !actions.some(({ action }) => saysToBlock(action))) return null;
  const others = actions.filter(({ action }) => action.does !== 'clause');
  if (others.length === 0 || !canBeOnline(others)) return null;
  const parts = [...others.map(({ text }) => text), 'ALGORITHM=INPLACE', 'LOCK=NONE'];
  return { statements: [`${first.prefix} ${parts.join(', ')}`], why };
}

/** The same for CREATE INDEX, whose clauses stand behind it. */
export function onlineIndex({ text, findings }: Statement): Replacement | null {
  const tokens = tokensOf(text);
  const [index] = definitionOf(tokens)?.by === 'create-index' ? (definitionOf(tokens)?.actions ?? []) : [];
  if (index?.does !== 'add-index' || index.kind === 'fulltext' || index.kind === 'spatial') return null;
  if (!findings.some(({ rule }) => rule === 'blocks-writers')) return null;
  const closed = tokens.findLastIndex(({ raw }) => raw === ')');
  const clause = tokens.slice(closed + 1).find(({ value }) => value === 'ALGORITHM' || value === 'LOCK');
  if (clause === undefined) return null;
  return { statements: [`${text.slice(0, clause.start).trim()} ALGORITHM=INPLACE LOCK=NONE`], why };
}

const saysToBlock = (action: WrittenAction['action']): boolean =>
  action.does === 'clause' && ['COPY', 'SHARED', 'EXCLUSIVE'].includes(action.value);

const canBeOnline = (actions: readonly WrittenAction[]): boolean =>
  operationsOf(actions.map(({ action }) => action)).every((name) =>
    waysOf(name, null).every(
      ({ way }) => ['INSTANT', 'INPLACE'].includes(way.algorithm) && way.lock !== 'SHARED',
    ),
  );
