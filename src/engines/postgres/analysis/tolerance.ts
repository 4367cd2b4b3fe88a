import type { Effect } from '../../../core/analysis/statement.ts';
import type { Node } from './parser.ts';

/** What the grammar calls IF NOT EXISTS, OR REPLACE and IF EXISTS, wherever a statement may have them. */
interface Clauses {
  readonly if_not_exists?: boolean;
  readonly replace?: boolean;
  readonly missing_ok?: boolean;
}

/** Marks the effects of a statement that tolerates that its object exists already, or that it does not. */
export function tolerant(node: Node, effects: readonly Effect[]): readonly Effect[] {
  const content = Object.values(node)[0] as Clauses & { readonly base?: Clauses };
  const { missing_ok: ifExists } = content;
  // CREATE FOREIGN TABLE is a CREATE TABLE with more to it.
  const hedged = [content, content.base].some((clauses) => clauses?.if_not_exists || clauses?.replace);
  return effects.map((effect) => marked(effect, hedged, ifExists === true));
}

/** The same for one action of ALTER TABLE, where one clause means either. */
export function tolerantAction(
  { missing_ok: tolerates }: Clauses,
  effects: readonly Effect[],
): readonly Effect[] {
  return effects.map((effect) =>
    effect.does === 'create'
      ? marked(effect, tolerates === true, false)
      : marked(effect, false, tolerates === true),
  );
}

function marked(effect: Effect, hedged: boolean, ifExists: boolean): Effect {
  if (effect.does === 'write') return effect;
  const marks = ifExists ? ({ ifExists: true } as const) : {};
  return effect.does === 'create' && hedged ? { ...effect, ...marks, hedged: true } : { ...effect, ...marks };
}
