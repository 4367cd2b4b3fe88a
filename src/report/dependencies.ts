import type { Effect, SchemaObject } from '../core/analysis/statement.ts';
import type { Backfill, Plan } from '../core/plan/plan.ts';

/** A step or backfill, and the earlier ones whose work it uses. */
export interface PlanNode {
  readonly id: string;
  readonly title: string;
  readonly phase: 'expand' | 'backfill' | 'switch' | 'contract';
  readonly needs: readonly string[];
}

/**
 * What builds upon what, as far as names tell: a step needs the earlier ones that made or changed an object which
 * it names, and those that still use what it drops. Others stand in the author's order all the same.
 */
export function dependenciesOf(plan: Plan): readonly PlanNode[] {
  const parts = partsOf(plan);
  return parts.map(({ id, title, phase, uses, drops }, index) => ({
    id,
    title,
    phase,
    needs: parts
      .slice(0, index)
      .filter((earlier) => earlier.makes.some(uses) || drops.some(earlier.uses))
      .map((earlier) => earlier.id),
  }));
}

interface Part extends Omit<PlanNode, 'needs'> {
  readonly makes: readonly SchemaObject[];
  readonly drops: readonly SchemaObject[];
  readonly uses: (object: SchemaObject) => boolean;
}

function partsOf({ steps, backfills }: Plan): Part[] {
  const stepParts = (phase: Part['phase']): Part[] =>
    steps
      .filter((step) => step.phase === phase)
      .map((step) => ({
        id: step.id,
        title: step.title,
        phase,
        makes: step.effects.flatMap(objectOf),
        drops: step.effects.flatMap((effect) => (effect.does === 'drop' ? [effect.object] : [])),
        uses: usesBy(step.statements.join('\n')),
      }));
  return [
    ...stepParts('expand'),
    ...backfills.map(backfillPart),
    ...stepParts('switch'),
    ...stepParts('contract'),
  ];
}

function backfillPart(backfill: Backfill): Part {
  const { ordinal, table, carries } = backfill;
  const part = { id: `backfill-${ordinal + 1}`, phase: 'backfill', drops: [] } as const;
  if (carries !== undefined) {
    const uses = usesBy(`${table} ${carries.into} ${carries.columns.map(({ from }) => from).join(' ')}`);
    return { ...part, title: `${table}: ${carries.does}`, makes: [], uses };
  }
  if (backfill.deletes !== undefined) {
    const uses = usesBy(`${backfill.deletes.where} ${table}`);
    return { ...part, title: `${table}: rows deleted`, makes: [], uses };
  }
  const { set, where } = backfill;
  return {
    ...part,
    title: `${table}: ${Object.keys(set).join(', ')}`,
    makes: Object.keys(set).map((name) => ({ type: 'column', name, table })),
    uses: usesBy(`${Object.entries(set).flat().join(' ')} ${where ?? ''} ${table}`),
  };
}

function objectOf(effect: Effect): SchemaObject[] {
  if (effect.does === 'write' || effect.does === 'drop') return [];
  // Whatever stands on a table names it: that it was altered says nothing of who builds upon that.
  if (effect.does === 'alter' && effect.object.type === 'table') return [];
  return [effect.does === 'rename' ? { ...effect.object, name: effect.to } : effect.object];
}

/** Whether a text names an object, and the table it belongs to, as words of their own. */
const usesBy =
  (text: string) =>
  ({ name, table }: SchemaObject): boolean =>
    mentions(text, name) && (table === undefined || mentions(text, table));

function mentions(text: string, qualified: string): boolean {
  const name = qualified.replaceAll('"', '').split('.').at(-1) ?? '';
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return name !== '' && new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`, 'i').test(text);
}
