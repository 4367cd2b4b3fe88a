import type { Effect, ObjectType, SchemaObject } from '../core/analysis/statement.ts';
import type { Backfill, Plan, Step } from '../core/plan/plan.ts';

export type Doing = 'created' | 'altered' | 'renamed' | 'dropped' | 'written';

/** One thing that a migration changes, and in which step. */
export interface Change {
  readonly does: Doing;
  readonly type: ObjectType | 'rows';
  /** `users.email`, `idx_users_email on users`. */
  readonly name: string;
  readonly step: string;
  readonly phase: Step['phase'] | 'backfill';
}

/** Everything that is changed, in order; what Lockkeeper itself puts in and takes away is left out. */
export function changesOf({ steps, backfills }: Plan): readonly Change[] {
  const of = (phase: Step['phase']): Change[] =>
    steps
      .filter((step) => step.phase === phase && step.source !== null)
      .flatMap((step) => step.effects.map((effect) => changeOf(effect, step)));
  const filled = backfills.flatMap((backfill): Change[] => {
    const name = writtenBy(backfill);
    return name === null
      ? []
      : [{ does: 'written', type: 'rows', name, step: 'backfill', phase: 'backfill' }];
  });
  return [...of('expand'), ...filled, ...of('switch'), ...of('contract')];
}

function writtenBy(backfill: Backfill): string | null {
  if (backfill.deletes !== undefined) return `${backfill.table} (rows deleted)`;
  if (backfill.carries === undefined) return `${backfill.table} (${Object.keys(backfill.set).join(', ')})`;
  return backfill.carries.does === 'copy' ? `${backfill.table} (into its replacement)` : null;
}

/** How many of each kind: `2 columns created`. */
export function countChanges(
  changes: readonly Change[],
): readonly { readonly type: Change['type']; readonly does: Doing; readonly count: number }[] {
  const counts = new Map<string, { type: Change['type']; does: Doing; count: number }>();
  for (const { type, does } of changes) {
    const known = counts.get(`${type} ${does}`) ?? { type, does, count: 0 };
    counts.set(`${type} ${does}`, { ...known, count: known.count + 1 });
  }
  return [...counts.values()];
}

function changeOf(effect: Effect, { id, phase }: Step): Change {
  if (effect.does === 'write') return { does: 'written', type: 'rows', name: effect.table, step: id, phase };
  const { object } = effect;
  const name = nameOf(object);
  switch (effect.does) {
    case 'create':
      return { does: 'created', type: object.type, name, step: id, phase };
    case 'drop':
      return { does: 'dropped', type: object.type, name, step: id, phase };
    case 'alter':
      return { does: 'altered', type: object.type, name: `${name} (${effect.what})`, step: id, phase };
    case 'rename':
      return { does: 'renamed', type: object.type, name: `${name} → ${effect.to}`, step: id, phase };
    default:
      return effect satisfies never;
  }
}

function nameOf({ type, name, table }: SchemaObject): string {
  if (table === undefined) return name;
  return type === 'column' ? `${table}.${name}` : `${name} on ${table}`;
}
