import { type Effect, type Statement, sameName, sameObject } from '../analysis/statement.ts';
import type { Step, UndoStep } from './plan.ts';
import { toSteps } from './steps.ts';

/** How the forward steps are taken back: by which down statements, and which are left uncovered. */
export interface UndoPlan {
  readonly undo: readonly UndoStep[];
  readonly notUndone: readonly { readonly step: Step['id']; readonly reason: string }[];
}

/**
 * Pairs the down file with the forward steps, so that going back from the middle undoes exactly what was
 * journaled. A down statement that reverses no recognisable effect is taken to belong to every step.
 */
export function planUndo(forward: readonly Step[], down: readonly Statement[] | null): UndoPlan {
  const authored = forward.filter((step) => step.source !== null);
  if (down === null) {
    return {
      undo: [],
      notUndone: authored.map((step) => ({ step: step.id, reason: 'there is no down script' })),
    };
  }
  const groups = down.map((statement) => ({ statements: [statement], atomic: false }));
  const undo = toSteps('undo', withSettings(groups)).map((step): UndoStep => {
    const reversed = authored.filter((candidate) => reverses(step.effects, candidate.effects));
    return { ...step, undoes: (reversed.length > 0 ? reversed : authored).map((candidate) => candidate.id) };
  });
  const covered = new Set(undo.flatMap((step) => step.undoes));
  const notUndone = authored
    .filter((step) => !covered.has(step.id) && step.phase === 'expand')
    .map((step) => ({ step: step.id, reason: 'no statement of the down script reverses it' }));
  return { undo, notUndone };
}

/** Session settings of a down script apply to every statement after them. */
function withSettings(groups: readonly { statements: readonly Statement[]; atomic: boolean }[]) {
  const settings: Statement[] = [];
  return groups.map((group) => {
    const statements = [...settings, ...group.statements];
    settings.push(...group.statements.filter((statement) => statement.kind === 'session'));
    return { ...group, statements };
  });
}

function reverses(down: readonly Effect[], forward: readonly Effect[]): boolean {
  return down.some((back) => forward.some((ahead) => isReverse(back, ahead)));
}

function isReverse(back: Effect, ahead: Effect): boolean {
  switch (ahead.does) {
    case 'create':
      if (back.does !== 'drop') return false;
      if (sameObject(back.object, ahead.object)) return true;
      // Dropping a table takes everything on it along; dropping a column takes its indexes and constraints.
      return (
        back.object.type === 'table' &&
        ahead.object.table !== undefined &&
        sameName(back.object.name, ahead.object.table)
      );
    case 'drop':
      return back.does === 'create' && sameObject(back.object, ahead.object);
    case 'rename':
      return (
        back.does === 'rename' &&
        back.object.type === ahead.object.type &&
        sameName(back.object.name, ahead.to)
      );
    case 'alter':
      if (back.does === 'alter') return sameObject(back.object, ahead.object);
      return back.does === 'drop' && sameObject(back.object, ahead.object);
    case 'write':
      if (back.does === 'write') return sameName(back.table, ahead.table);
      return back.does === 'drop' && back.object.type === 'table' && sameName(back.object.name, ahead.table);
    default:
      return ahead satisfies never;
  }
}
