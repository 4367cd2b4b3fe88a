/** What classification itself finds, rule by rule; each rule stands in a file of its own. */

export { addColumnWithDefault } from './rules/add-column-with-default.ts';
export { acceptedCopy } from './rules/blocks-writers.ts';
export { bulkInsert } from './rules/bulk-insert.ts';
export { clientCharset } from './rules/client-charset.ts';
export { foreignDefiner } from './rules/definer.ts';
export { deleteWithoutWhere } from './rules/delete-without-where.ts';
export { destructive } from './rules/destructive-statement.ts';
export { implicitCommit } from './rules/implicit-commit.ts';
export { lockTables } from './rules/lock-table.ts';
export { lockTimeoutOverruled } from './rules/lock-timeout-overruled.ts';
export { notNullWithoutDefault } from './rules/not-null-column-without-default.ts';
export { notReplicated } from './rules/not-replicated.ts';
export { otherEngine } from './rules/not-transactional.ts';
export { ownTransactionControl } from './rules/own-transaction-control.ts';
export { quotingChanged } from './rules/quoting-changed.ts';
export { renameBreaksCode } from './rules/rename-breaks-running-code.ts';
export { replacesExisting } from './rules/replaces-existing.ts';
export { sessionSetting } from './rules/session-setting.ts';
export { temporaryTable } from './rules/temporary-table.ts';
export { loggedRoutine } from './rules/trigger-rights.ts';
export { unknown, unknownToGrammar } from './rules/unknown-statement.ts';
export { updateWithoutWhere } from './rules/update-without-where.ts';
export { versionedComment } from './rules/versioned-comment.ts';
