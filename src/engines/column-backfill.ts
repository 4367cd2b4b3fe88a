import { FatalError } from '../core/errors.ts';
import type { Backfill, ColumnBackfill } from '../core/plan/plan.ts';

/** For an engine that replaces no tables: its plans have none, so one that does was made for another. */
export function ofColumns(backfill: Backfill): ColumnBackfill {
  if (backfill.carries === undefined) return backfill;
  throw new FatalError(`rows of ${backfill.table} are to be carried into ${backfill.carries.into}`, {
    code: 'cannot-replace',
    remedy: 'this engine does not replace tables yet: plan the migration anew',
  });
}
