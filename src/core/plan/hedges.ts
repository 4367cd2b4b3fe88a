import {
  type Effect,
  type SchemaObject,
  type Statement,
  sameName,
  sameObject,
} from '../analysis/statement.ts';
import { type Doubt, doubtAfter, isDoubtful, moreDoubt } from './doubt.ts';
import type { Step } from './plan.ts';
import type { StatementGroup } from './steps.ts';

/** What is known of names beforehand; a name that was not asked for is missing from both. */
export interface KnownNames {
  /** By the name the migration uses; null where there is no table. */
  readonly tables: Readonly<
    Record<string, { readonly columns: readonly { readonly name: string }[] } | null>
  >;
  /** Whether a name stands for a relation of any kind: a table, view, index or sequence. */
  readonly exists?: Readonly<Record<string, boolean>>;
}

/** There is nothing under the name, not even a view; false when that is not known. */
export function isKnownAbsent(known: KnownNames, name: string): boolean {
  const exists = Object.hasOwn(known.exists ?? {}, name) ? known.exists?.[name] : undefined;
  if (exists !== undefined) return !exists;
  return Object.hasOwn(known.tables, name) && known.tables[name] === null;
}

/**
 * Takes the hedge off those creations whose object is proven to be absent when its statement runs: the facts say
 * so, or an earlier statement has dropped it, or made the table it stands on. What stays hedged may have been there.
 */
export function settleHedges(
  phases: readonly (readonly StatementGroup[])[],
  known: KnownNames,
): StatementGroup[][] {
  const proof = new Proof(known);
  return phases.map((groups) =>
    groups.map((group) => ({
      ...group,
      statements: group.statements.map((statement) => proof.settle(statement)),
    })),
  );
}

/** For a look without facts: everything is taken to be made here. */
export const withoutHedges = (steps: readonly Step[]): Step[] =>
  steps.map((step) => ({ ...step, effects: step.effects.map(unhedged) }));

function unhedged(effect: Effect): Effect {
  if (effect.does !== 'create' || effect.hedged !== true) return effect;
  const { hedged: _, ...plain } = effect;
  return plain;
}

/** Found by their name in one catalogue of relations. */
const relations: ReadonlySet<string> = new Set(['table', 'view', 'index', 'sequence']);

/** Named within their table. */
const parts: ReadonlySet<string> = new Set(['column', 'trigger', 'policy']);

class Proof {
  readonly #known: KnownNames;
  /** What the statements so far have certainly made, and dropped, and the names they gave by renaming. */
  readonly #made: SchemaObject[] = [];
  readonly #dropped: SchemaObject[] = [];
  readonly #renamed: SchemaObject[] = [];
  #doubt: Doubt = 'no names';

  constructor(known: KnownNames) {
    this.#known = known;
  }

  settle(statement: Statement): Statement {
    let columnProven = false;
    const effects = statement.effects.map((effect) => {
      if (effect.does !== 'create' || effect.hedged !== true) return effect;
      // A constraint written at a column comes with it or not at all.
      const proven = effect.object.type === 'constraint' ? columnProven : this.#isAbsent(effect.object);
      if (effect.object.type === 'column') columnProven = proven;
      return proven ? unhedged(effect) : effect;
    });
    for (const effect of effects) this.#remember(effect);
    this.#doubt = moreDoubt(this.#doubt, doubtAfter(statement));
    return { ...statement, effects };
  }

  #isAbsent(object: SchemaObject): boolean {
    const { type, name, table, inTable } = object;
    if (isDoubtful(this.#doubt, table ?? name)) return false;
    if (this.#renamed.some((other) => sameObject(other, object))) return false;
    const isPart = parts.has(type) || inTable === true;
    if (relations.has(type) && !isPart) return this.#wasDropped(object) || isKnownAbsent(this.#known, name);
    if (!isPart || table === undefined) return false;
    if (this.#made.some((other) => other.type === 'table' && sameName(other.name, table))) return true;
    if (this.#wasDropped(object)) return true;
    if (type !== 'column' || this.#renamed.some((other) => sameName(other.name, table))) return false;
    const facts = Object.hasOwn(this.#known.tables, table) ? this.#known.tables[table] : undefined;
    if (facts === null || facts === undefined) return isKnownAbsent(this.#known, table);
    return !facts.columns.some((column) => column.name === name);
  }

  /** By the very same name: dropping `app.t` says nothing about `t`. */
  #wasDropped({ type, name, table }: SchemaObject): boolean {
    return this.#dropped.some(
      (other) =>
        other.type === type && other.name === name && (other.table === undefined || other.table === table),
    );
  }

  #remember(effect: Effect): void {
    if (effect.does === 'create' && effect.hedged !== true) this.#made.push(effect.object);
    if (effect.does === 'drop') this.#dropped.push(effect.object);
    if (effect.does === 'rename') this.#renamed.push({ ...effect.object, name: effect.to });
  }
}
