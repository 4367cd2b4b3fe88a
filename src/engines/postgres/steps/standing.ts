import { FatalError } from '../../../core/errors.ts';
import type { Step } from '../../../core/plan/plan.ts';
import type { Session } from '../session/session.ts';
import type { AloneStatement } from './alone-statement.ts';
import { findIndex, findIndexAt, findReindexLeftovers } from './index-probe.ts';
import type { IntentNote } from './journal.ts';

/** What the catalogue says about the step. */
export type Standing =
  | { readonly is: 'in-effect' }
  | { readonly is: 'absent' }
  /** Half done; these indexes (quoted names) have to go before it is done again. */
  | { readonly is: 'broken'; readonly remove: readonly string[] };

/** What was there before the first attempt. Throws FatalError when that stands in the way. */
export async function look(session: Session, step: Step, statement: AloneStatement): Promise<IntentNote> {
  if (statement.does === 'build-index') {
    const { index } = await findIndexAt(session, statement.table, statement.name);
    if (index === null) return { present: false, leftovers: [] };
    if (!index.valid) {
      throw new FatalError(`step ${step.id}: an invalid index ${index.name} was there before this run`, {
        code: 'invalid-index',
        remedy: `find out whose it is, then DROP INDEX CONCURRENTLY ${index.name}`,
      });
    }
    if (!statement.ifNotExists) {
      throw new FatalError(`step ${step.id}: an index ${index.name} was there before this run`, {
        code: 'already-exists',
        remedy: 'give the new index another name, or say IF NOT EXISTS if it is the same',
      });
    }
    return { present: true, leftovers: [] };
  }
  if (statement.does === 'drop-index') {
    const index = await findIndex(session, statement.name);
    if (index === null && !statement.ifExists) {
      throw new FatalError(`step ${step.id}: there is no index ${statement.name}`, {
        code: 'no-such-index',
        remedy: 'correct the name, or say IF EXISTS',
      });
    }
    return { present: index !== null, leftovers: [] };
  }
  if (statement.does === 'reindex') {
    return {
      present: true,
      leftovers: await findReindexLeftovers(session, statement.kind, statement.object),
    };
  }
  return { present: true, leftovers: [] };
}

/** The value of `present` with which the statement has nothing to do; null where there is no such value. */
export function nothingToDo(statement: AloneStatement): boolean | null {
  if (statement.does === 'build-index') return true;
  return statement.does === 'drop-index' ? false : null;
}

/** How far the statement has come, seen from the catalogue and what was there before. */
export async function probe(
  session: Session,
  statement: AloneStatement,
  note: IntentNote,
): Promise<Standing> {
  if (statement.does === 'build-index') {
    const { index } = await findIndexAt(session, statement.table, statement.name);
    if (index === null) return { is: 'absent' };
    return index.valid ? { is: 'in-effect' } : { is: 'broken', remove: [index.name] };
  }
  if (statement.does === 'drop-index') {
    return { is: (await findIndex(session, statement.name)) === null ? 'in-effect' : 'absent' };
  }
  if (statement.does === 'reindex') {
    const left = await findReindexLeftovers(session, statement.kind, statement.object);
    const ours = left.filter((name) => !note.leftovers.includes(name));
    return ours.length > 0 ? { is: 'broken', remove: ours } : { is: 'absent' };
  }
  return { is: 'absent' };
}

/** The server said it is done; where that can be seen, it must be seen. */
export async function confirm(
  session: Session,
  step: Step,
  statement: AloneStatement,
  note: IntentNote,
): Promise<void> {
  if (statement.does !== 'build-index' && statement.does !== 'drop-index') return;
  const standing = await probe(session, statement, note);
  if (standing.is === 'in-effect') return;
  throw new FatalError(
    `step ${step.id} was reported as done by the server, but the catalogue does not show it`,
    {
      code: 'not-in-effect',
      remedy: 'look whether someone else changes the same objects',
    },
  );
}
