import {
  type Effect,
  type SchemaObject,
  type Statement,
  sameName,
  sameObject,
} from '../analysis/statement.ts';
import type { Direction, Step, UndoStep } from './plan.ts';
import { type StatementGroup, settingsAfter, toSteps } from './steps.ts';

/** How the forward steps are taken back: by which down statements, and which are left uncovered. */
export interface UndoPlan {
  readonly undo: readonly UndoStep[];
  readonly notUndone: readonly { readonly step: Step['id']; readonly reason: string }[];
}

/**
 * Pairs the down file with the forward steps, so that going back from the middle undoes exactly what was
 * journaled. A down statement that reverses no recognisable effect is taken to belong to every step; it covers
 * them only if it is one that could do anything. A down statement is left out if it would drop what a forward step
 * may have found there (`hedged`): that the run did not make it cannot be told afterwards.
 */
export function planUndo(
  forward: readonly Step[],
  down: readonly Statement[] | null,
  direction: Direction = 'up',
): UndoPlan {
  const authored = forward.filter((step) => step.source !== null);
  const changes = changesOf(authored);
  if (down === null) return { undo: [], notUndone: listed(changes, () => reasonWithoutDown[direction]) };

  const isOwn = (object: SchemaObject) => changes.some(({ effect }) => creates(effect, object));
  const { safe, spared } = spareHedged(changes, down);
  const undo = toSteps('undo', downGroups(safe)).map((step): UndoStep => {
    const reversed = changes.filter(({ effect }) => reverses(step.effects, effect, isOwn));
    const undoes = new Set(reversed.map((change) => change.step));
    return { ...step, undoes: undoes.size > 0 ? [...undoes] : authored.map((candidate) => candidate.id) };
  });
  const back = undo.flatMap((step) => step.effects);
  const isAnything = down.some((statement) => statement.kind === 'unknown');
  const left = isAnything ? [] : changes.filter(({ effect }) => !reverses(back, effect, isOwn));
  const what = (effects: readonly Effect[]) =>
    effects.some((effect) => spared.includes(effect))
      ? reasonToSpare
      : `the down script does not reverse that it ${effects.map(describe).join(', ')}`;
  const alsoSpared = changes.filter((change) => spared.includes(change.effect) && !left.includes(change));
  return { undo, notUndone: listed([...left, ...alsoSpared], what) };
}

const reasonToSpare =
  'IF NOT EXISTS or OR REPLACE: it may have been there before, so dropping it could take away what this run did not make';

/** Parts the down script: what may be carried out, and the creations for whose sake the rest is left out. */
function spareHedged(changes: readonly Change[], down: readonly Statement[]) {
  const effects = changes.map((change) => change.effect);
  const hedged = effects.flatMap((effect) => (effect.does === 'create' && effect.hedged ? [effect] : []));
  const made = effects.filter((effect) => effect.does === 'create' && effect.hedged !== true);
  const endangered = (statement: Statement, index: number): readonly Effect[] =>
    statement.effects.flatMap((back) => {
      if (back.does !== 'drop' || made.some((effect) => creates(effect, back.object))) return [];
      // Dropped to be made again in its former shape.
      const again = down.slice(index + 1).flatMap((later) => later.effects);
      if (replaceable.has(back.object.type) && again.some((effect) => creates(effect, back.object)))
        return [];
      return hedged.filter((ahead) =>
        namesOf(ahead.object, effects).some((object) => takesAlong(back.object, object, () => false)),
      );
    });
  const dangers = down.map(endangered);
  return { safe: down.filter((_, index) => dangers[index]?.length === 0), spared: dangers.flat() };
}

/** An object under the name it was made by and those it was given since. */
function namesOf(object: SchemaObject, effects: readonly Effect[]): readonly SchemaObject[] {
  const names = [object];
  for (const effect of effects) {
    if (effect.does !== 'rename') continue;
    if (names.some((name) => sameObject(name, effect.object))) names.push({ ...object, name: effect.to });
    const moved = names.filter(
      ({ table }) =>
        effect.object.type === 'table' && table !== undefined && sameName(table, effect.object.name),
    );
    names.push(...moved.map((name) => ({ ...name, table: effect.to })));
  }
  return names;
}

const reasonWithoutDown: Readonly<Record<Direction, string>> = {
  up: 'there is no down script (lockkeeper draft-down drafts one)',
  down: 'going down is not undone by a script',
};

interface Change {
  readonly step: Step['id'];
  readonly effect: Effect;
}

/** What there is to undo. Dropping what the migration itself had made leaves nothing behind. */
function changesOf(steps: readonly Step[]): Change[] {
  const all = steps.flatMap((step) => step.effects.map((effect) => ({ step: step.id, effect })));
  return all.filter(
    ({ effect }, index) =>
      effect.does !== 'drop' ||
      !all.slice(0, index).some((earlier) => creates(earlier.effect, effect.object)),
  );
}

const listed = (
  changes: readonly Change[],
  reason: (effects: readonly Effect[]) => string,
): UndoPlan['notUndone'] =>
  [...new Set(changes.map((change) => change.step))].map((step) => {
    const effects = changes.filter((change) => change.step === step).map((change) => change.effect);
    return { step, reason: reason(effects) };
  });

function describe(effect: Effect): string {
  if (effect.does === 'write') return `writes to ${effect.table}`;
  const { type, name, table } = effect.object;
  const what = `${type} ${name}${table === undefined ? '' : ` of ${table}`}`;
  switch (effect.does) {
    case 'create':
      return `creates ${what}`;
    case 'drop':
      return `drops ${what}`;
    case 'rename':
      return `renames ${what}`;
    case 'alter':
      return `alters ${what} (${effect.what})`;
    default:
      return effect satisfies never;
  }
}

/** Each down statement is done by itself, under the session settings that stand before it. */
export function downGroups(down: readonly Statement[]): readonly StatementGroup[] {
  let settings: readonly Statement[] = [];
  return down.map((statement) => {
    const before = settings;
    settings = settingsAfter(settings, statement);
    return { statements: [...before, statement], atomic: false };
  });
}

const creates = (effect: Effect, object: SchemaObject): boolean =>
  effect.does === 'create' && sameObject(effect.object, object);

type IsOwn = (object: SchemaObject) => boolean;

const reverses = (down: readonly Effect[], ahead: Effect, isOwn: IsOwn): boolean =>
  down.some((back) => isReverse(back, ahead, isOwn));

/** What CREATE OR REPLACE brings back in its former shape. */
const replaceable: ReadonlySet<string> = new Set(['view', 'function', 'trigger']);

function isReverse(back: Effect, ahead: Effect, isOwn: IsOwn): boolean {
  switch (ahead.does) {
    case 'create':
      if (back.does === 'drop') return takesAlong(back.object, ahead.object, isOwn);
      return replaceable.has(ahead.object.type) && creates(back, ahead.object);
    case 'drop':
      // What was lost with it is made again as well.
      return back.does === 'create' && takesAlong(ahead.object, back.object, () => true);
    case 'rename':
      if (back.does !== 'rename' && back.does !== 'drop') return false;
      return sameObject(back.object, { ...ahead.object, name: ahead.to });
    case 'alter':
      if (back.does === 'alter') return sameObject(back.object, ahead.object);
      return back.does === 'drop' && takesAlong(back.object, ahead.object, isOwn);
    case 'write':
      if (back.does === 'write') return sameName(back.table, ahead.table);
      return back.does === 'drop' && takesAlong(back.object, { type: 'table', name: ahead.table }, isOwn);
    default:
      return ahead satisfies never;
  }
}

/**
 * Dropping a table takes everything on it along; a schema what its name qualifies. A column takes its indexes and
 * constraints, a constraint its index; which are its own, their names do not tell, so that only a column or
 * constraint of the migration itself is believed to.
 */
function takesAlong(dropped: SchemaObject, object: SchemaObject, isOwn: IsOwn): boolean {
  if (sameObject(dropped, object)) return true;
  switch (dropped.type) {
    case 'schema':
      return (object.table ?? object.name).startsWith(`${dropped.name}.`);
    case 'table':
    case 'view':
      return sameName(dropped.name, object.table ?? (relations.has(object.type) ? object.name : ''));
    case 'column':
      return isOn(dropped, object, ['index', 'constraint']) && isOwn(dropped);
    case 'constraint':
      return isOn(dropped, object, ['index']) && isOwn(dropped);
    default:
      return false;
  }
}

/** Privileges and comments call a view a table now and then. */
const relations: ReadonlySet<string> = new Set(['table', 'view']);

const isOn = (dropped: SchemaObject, object: SchemaObject, types: readonly SchemaObject['type'][]): boolean =>
  types.includes(object.type) &&
  dropped.table !== undefined &&
  object.table !== undefined &&
  sameName(dropped.table, object.table);
