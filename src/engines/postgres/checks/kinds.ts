import { rowChecks } from '../../row-checks.ts';
import { rowCount } from '../../row-count.ts';
import type { CheckKinds } from '../../run-check.ts';
import { sqlCheck } from '../../sql-check.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import type { Link } from '../session/link.ts';
import { constraintValid } from './constraint-valid.ts';
import { noInvalidIndexes } from './no-invalid-indexes.ts';
import { noLongTransactions } from './no-long-transactions.ts';
import { noNulls } from './no-nulls.ts';
import { privileges } from './privileges.ts';
import { replicationLag } from './replication-lag.ts';
import { rowCounting } from './row-counting.ts';

export const checkKinds: CheckKinds<Link> = {
  ...rowChecks({ quoteTable, quoteIdentifier }),
  sql: sqlCheck,
  row_count: rowCount(rowCounting),
  no_nulls: noNulls,
  constraint_valid: constraintValid,
  no_long_transactions: noLongTransactions,
  no_invalid_indexes: noInvalidIndexes,
  privileges,
  replication_lag: replicationLag,
};
