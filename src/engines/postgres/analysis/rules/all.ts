import * as addColumnWithDefault from './add-column-with-default.ts';
import * as attachPartitionScan from './attach-partition-scan.ts';
import * as batchRescans from './batch-rescans.ts';
import * as bulkInsert from './bulk-insert.ts';
import * as cascadingDelete from './cascading-delete.ts';
import * as charColumn from './char-column.ts';
import * as checkLeftBehind from './check-left-behind.ts';
import * as cluster from './cluster.ts';
import * as concurrentIndexCorruption from './concurrent-index-corruption.ts';
import * as concurrentIndexIfNotExists from './concurrent-index-if-not-exists.ts';
import * as concurrentIndexNeedsName from './concurrent-index-needs-name.ts';
import * as concurrentlyInOwnTransaction from './concurrently-in-own-transaction.ts';
import * as constraintNotNotValid from './constraint-not-not-valid.ts';
import * as copyFromStdin from './copy-from-stdin.ts';
import * as copyMissesDeletes from './copy-misses-deletes.ts';
import * as copyOverwritesNewerRows from './copy-overwrites-newer-rows.ts';
import * as copyResetsTime from './copy-resets-time.ts';
import * as deleteWithoutWhere from './delete-without-where.ts';
import * as destructiveStatement from './destructive-statement.ts';
import * as detachPartitionBlocks from './detach-partition-blocks.ts';
import * as disableTrigger from './disable-trigger.ts';
import * as domainWithConstraint from './domain-with-constraint.ts';
import * as dropNotNull from './drop-not-null.ts';
import * as dynamicDdl from './dynamic-ddl.ts';
import * as enumValueOrder from './enum-value-order.ts';
import * as enumValueUnusableUntilCommit from './enum-value-unusable-until-commit.ts';
import * as exclusionConstraintBuildsIndex from './exclusion-constraint-builds-index.ts';
import * as foreignKeyWithoutIndex from './foreign-key-without-index.ts';
import * as indexNotConcurrent from './index-not-concurrent.ts';
import * as jsonColumn from './json-column.ts';
import * as keyByName from './key-by-name.ts';
import * as lockTable from './lock-table.ts';
import * as lockTimeoutOverruled from './lock-timeout-overruled.ts';
import type { RuleFile } from './look.ts';
import * as nameTooLong from './name-too-long.ts';
import * as nestedTransaction from './nested-transaction.ts';
import * as notNullColumnWithoutDefault from './not-null-column-without-default.ts';
import * as ownTransactionControl from './own-transaction-control.ts';
import * as refreshNotConcurrent from './refresh-not-concurrent.ts';
import * as renameBreaksRunningCode from './rename-breaks-running-code.ts';
import * as replacesExisting from './replaces-existing.ts';
import * as replicationRole from './replication-role.ts';
import * as serialColumn from './serial-column.ts';
import * as sessionSetting from './session-setting.ts';
import * as setNotNullScan from './set-not-null-scan.ts';
import * as smallIntegerKey from './small-integer-key.ts';
import * as swapByRename from './swap-by-rename.ts';
import * as tableRewrite from './table-rewrite.ts';
import * as tableWithoutKey from './table-without-key.ts';
import * as temporaryTable from './temporary-table.ts';
import * as timestampWithoutTimeZone from './timestamp-without-time-zone.ts';
import * as transactionControlInDo from './transaction-control-in-do.ts';
import * as truncateCascade from './truncate-cascade.ts';
import * as typeChangeRewrite from './type-change-rewrite.ts';
import * as unfinishedTransaction from './unfinished-transaction.ts';
import * as uniqueConstraintBuildsIndex from './unique-constraint-builds-index.ts';
import * as unknownStatement from './unknown-statement.ts';
import * as updateWithoutWhere from './update-without-where.ts';
import * as vacuumFull from './vacuum-full.ts';
import * as varcharLimit from './varchar-limit.ts';
import * as volatileDefaultRewrite from './volatile-default-rewrite.ts';
import * as wideIndex from './wide-index.ts';

/** Every rule of PostgreSQL, in the order in which its findings are named: what loses most first. */
export const rules: readonly RuleFile[] = [
  destructiveStatement,
  unknownStatement,
  truncateCascade,
  indexNotConcurrent,
  concurrentlyInOwnTransaction,
  concurrentIndexNeedsName,
  concurrentIndexIfNotExists,
  concurrentIndexCorruption,
  wideIndex,
  addColumnWithDefault,
  volatileDefaultRewrite,
  notNullColumnWithoutDefault,
  typeChangeRewrite,
  tableRewrite,
  setNotNullScan,
  checkLeftBehind,
  dropNotNull,
  constraintNotNotValid,
  foreignKeyWithoutIndex,
  cascadingDelete,
  uniqueConstraintBuildsIndex,
  exclusionConstraintBuildsIndex,
  renameBreaksRunningCode,
  swapByRename,
  replacesExisting,
  enumValueUnusableUntilCommit,
  enumValueOrder,
  domainWithConstraint,
  attachPartitionScan,
  detachPartitionBlocks,
  refreshNotConcurrent,
  vacuumFull,
  cluster,
  lockTable,
  updateWithoutWhere,
  deleteWithoutWhere,
  batchRescans,
  bulkInsert,
  copyMissesDeletes,
  copyOverwritesNewerRows,
  copyResetsTime,
  keyByName,
  disableTrigger,
  replicationRole,
  dynamicDdl,
  transactionControlInDo,
  nestedTransaction,
  unfinishedTransaction,
  ownTransactionControl,
  sessionSetting,
  lockTimeoutOverruled,
  temporaryTable,
  copyFromStdin,
  tableWithoutKey,
  smallIntegerKey,
  serialColumn,
  varcharLimit,
  charColumn,
  timestampWithoutTimeZone,
  jsonColumn,
  nameTooLong,
];
