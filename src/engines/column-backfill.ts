import { FatalError } from '../core/errors.ts';
import type { Backfill, ColumnBackfill } from '../core/plan/plan.ts';

/** For an engine that neither replaces tables nor deletes in batches: a plan that does was made for another. */
export function ofColumns(backfill: Backfill): ColumnBackfill {
  if (backfill.deletes !== undefined) throw cannot(`rows of ${backfill.table} are to be deleted`, 'delete');
  if (backfill.carries !== undefined)
    throw cannot(`rows of ${backfill.table} are to be carried into ${backfill.carries.into}`, 'replace');
  return backfill;
}

const cannot = (message: string, what: 'delete' | 'replace'): FatalError =>
  new FatalError(message, {
    code: `cannot-${what}`,
    remedy: `this engine does not do that yet: plan the migration anew`,
  });
