import { rowCount } from '../../row-count.ts';
import type { CheckKinds } from '../../run-check.ts';
import type { Connection } from '../session/connection.ts';
import { backfillComplete } from './backfill-complete.ts';
import { constraintValid } from './constraint-valid.ts';
import { noInvalidIndexes } from './no-invalid-indexes.ts';
import { noLongTransactions } from './no-long-transactions.ts';
import { noNulls } from './no-nulls.ts';
import { noOrphans } from './no-orphans.ts';
import { privileges } from './privileges.ts';
import { replicationLag } from './replication-lag.ts';
import { rowCounting } from './row-counting.ts';
import { sql } from './sql.ts';
import { unique } from './unique.ts';

export const checkKinds: CheckKinds<Connection> = {
  no_nulls: noNulls,
  unique,
  no_orphans: noOrphans,
  row_count: rowCount(rowCounting),
  constraint_valid: constraintValid,
  sql,
  no_long_transactions: noLongTransactions,
  no_invalid_indexes: noInvalidIndexes,
  privileges,
  replication_lag: replicationLag,
  backfill_complete: backfillComplete,
};
