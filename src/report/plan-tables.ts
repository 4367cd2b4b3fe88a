import { sameName } from '../core/analysis/statement.ts';
import type { Plan } from '../core/plan/plan.ts';

/** The tables that a plan locks, changes or fills, each once; what it creates itself is left out. */
export function tablesOf({ steps, backfills }: Plan): readonly string[] {
  const effects = steps.flatMap((step) => step.effects);
  const made = effects.flatMap((effect) =>
    effect.does === 'create' && effect.object.type === 'table' ? [effect.object.name] : [],
  );
  const named = [
    ...backfills.map((backfill) => backfill.table),
    ...steps.flatMap((step) => step.lock?.tables ?? []),
    ...effects.flatMap((effect) => {
      if (effect.does === 'write') return [effect.table];
      return effect.object.table === undefined ? [] : [effect.object.table];
    }),
  ];
  const tables: string[] = [];
  for (const name of named) {
    if (![...tables, ...made].some((known) => sameName(known, name))) tables.push(name);
  }
  return tables;
}
