import type { Statement } from '../../../core/analysis/statement.ts';
import type { LaterWork } from '../../../core/rewrites/rewrite.ts';
import type { Action } from '../analysis/action.ts';
import { definitionOf } from '../analysis/definition.ts';
import { type Token, tokensOf } from '../analysis/tokens.ts';

/** One action of an ALTER TABLE, as its author wrote it. */
export interface WrittenAction {
  readonly action: Action;
  /** `ADD COLUMN …` */
  readonly text: string;
  /** `ALTER TABLE users`: what stands before the actions. */
  readonly prefix: string;
  /** The table as Lockkeeper calls it. */
  readonly table: string;
  readonly rules: ReadonlySet<string>;
}

/** What stands in the place of an action. */
export interface Replacement {
  readonly statements: readonly string[];
  readonly later?: LaterWork;
  readonly why: string;
}

/**
 * The actions of a plain ALTER TABLE, cut at the commas between them; empty for anything else, and where the cut is
 * not plain. ONLINE, IGNORE, IF EXISTS and WAIT are its author’s own way of doing it.
 */
export function actionsOf({ text, findings }: Statement): readonly WrittenAction[] {
  const tokens = tokensOf(text);
  const definition = definitionOf(tokens);
  const [alter, table, name, dot] = tokens;
  if (definition?.by !== 'alter-table' || name === undefined) return [];
  if (alter?.value !== 'ALTER' || table?.value !== 'TABLE' || tokens.some(isComment)) return [];
  const first = dot?.raw === '.' ? 5 : 3;
  const begin = tokens[first]?.start;
  if (name.value === 'IF' || begin === undefined) return [];
  const parts = partsOf(tokens.slice(first), text);
  if (parts.length !== definition.actions.length) return [];
  const rules = new Set(findings.map(({ rule }) => rule));
  return definition.actions.map((action, index) => ({
    action,
    text: parts[index] ?? '',
    prefix: text.slice(0, begin).trim(),
    table: definition.table,
    rules,
  }));
}

/** Within a versioned one, it depends on the server which actions there are. */
const isComment = ({ kind }: Token): boolean => kind === 'open' || kind === 'close';

function partsOf(tokens: readonly Token[], text: string): readonly string[] {
  let depth = 0;
  const commas = tokens.filter(({ kind, raw }) => {
    if (kind !== 'sign') return false;
    if (raw === '(') depth += 1;
    if (raw === ')') depth -= 1;
    return raw === ',' && depth === 0;
  });
  const starts = [tokens[0]?.start ?? 0, ...commas.map(({ end }) => end)];
  return starts.map((start, index) => text.slice(start, commas[index]?.start ?? text.length).trim());
}

/** A name as SQL writes it: bare where it reads back as itself. */
export const written = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
