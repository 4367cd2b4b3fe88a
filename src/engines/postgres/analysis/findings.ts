/** What classification itself finds, rule by rule; each rule stands in a file of its own. */

export { addColumnWithDefault } from './rules/add-column-with-default.ts';
export { attachPartitionScan } from './rules/attach-partition-scan.ts';
export { bulkInsert, seedsInOneGo } from './rules/bulk-insert.ts';
export { cluster } from './rules/cluster.ts';
export { unnamedConcurrentIndex } from './rules/concurrent-index-needs-name.ts';
export { notInOwnTransaction } from './rules/concurrently-in-own-transaction.ts';
export { constraintNotNotValid } from './rules/constraint-not-not-valid.ts';
export { copyFromStdin } from './rules/copy-from-stdin.ts';
export { deleteWithoutWhere } from './rules/delete-without-where.ts';
export { destructive } from './rules/destructive-statement.ts';
export { triggersDisabled } from './rules/disable-trigger.ts';
export { enumValue } from './rules/enum-value-unusable-until-commit.ts';
export { exclusionBuildsIndex } from './rules/exclusion-constraint-builds-index.ts';
export {
  indexDropNotConcurrent,
  indexNotConcurrent,
  reindexNotConcurrent,
} from './rules/index-not-concurrent.ts';
export { lockTable } from './rules/lock-table.ts';
export { lockTimeoutInCode, lockTimeoutOverruled } from './rules/lock-timeout-overruled.ts';
export { notNullWithoutDefault } from './rules/not-null-column-without-default.ts';
export { ownTransactionControl } from './rules/own-transaction-control.ts';
export { refreshNotConcurrent } from './rules/refresh-not-concurrent.ts';
export { renameBreaksCode } from './rules/rename-breaks-running-code.ts';
export { replacesExisting } from './rules/replaces-existing.ts';
export { sessionSetting } from './rules/session-setting.ts';
export { primaryKeyUsingIndex, setNotNull } from './rules/set-not-null-scan.ts';
export { rewrite } from './rules/table-rewrite.ts';
export { temporaryTable } from './rules/temporary-table.ts';
export { typeChange } from './rules/type-change-rewrite.ts';
export { uniqueBuildsIndex } from './rules/unique-constraint-builds-index.ts';
export { unknown } from './rules/unknown-statement.ts';
export { updateWithoutWhere } from './rules/update-without-where.ts';
export { vacuumFull } from './rules/vacuum-full.ts';
export { computedColumn, volatileDefault } from './rules/volatile-default-rewrite.ts';
