import type { Check, CheckResult } from '../../../core/checks.ts';
import { toFailure } from '../../../core/errors.ts';
import { backfillComplete } from './backfill-complete.ts';
import { type CheckContext, type CheckKind, type CheckOf, type Finding, unreadable } from './check.ts';
import { constraintValid } from './constraint-valid.ts';
import { noInvalidIndexes } from './no-invalid-indexes.ts';
import { noLongTransactions } from './no-long-transactions.ts';
import { noNulls } from './no-nulls.ts';
import { noOrphans } from './no-orphans.ts';
import { privileges } from './privileges.ts';
import { replicationLag } from './replication-lag.ts';
import { rowCount } from './row-count.ts';
import { sql } from './sql.ts';
import { unique } from './unique.ts';

const kinds: { readonly [Kind in Check['check']]: CheckKind<Kind> } = {
  no_nulls: noNulls,
  unique,
  no_orphans: noOrphans,
  row_count: rowCount,
  constraint_valid: constraintValid,
  sql,
  no_long_transactions: noLongTransactions,
  no_invalid_indexes: noInvalidIndexes,
  privileges,
  replication_lag: replicationLag,
  backfill_complete: backfillComplete,
};

/** Runs one check. Never throws: a check that cannot be carried out is unreadable, which counts as failed. */
export async function runCheck(check: Check, context: CheckContext): Promise<CheckResult> {
  return run(check.check, check, context);
}

async function run<Kind extends Check['check']>(
  kind: Kind,
  check: CheckOf<Kind>,
  context: CheckContext,
): Promise<CheckResult> {
  const { title, run: ask } = kinds[kind];
  const finding = await ask(check, context).catch((error: unknown): Finding => {
    const { message, remedy } = toFailure(error);
    return unreadable(message, remedy ?? 'correct the check, or see that it can be read, and try again');
  });
  return { check: kind, title: title(check), ...finding };
}
