import * as addColumnWithDefault from './add-column-with-default.ts';
import * as batchRescans from './batch-rescans.ts';
import * as blocksWriters from './blocks-writers.ts';
import * as bulkInsert from './bulk-insert.ts';
import * as cascadingDelete from './cascading-delete.ts';
import * as checkForgotten from './check-forgotten.ts';
import * as checksSwitchedOff from './checks-switched-off.ts';
import * as clientCharset from './client-charset.ts';
import * as constraintDropped from './constraint-dropped.ts';
import * as copyMissesDeletes from './copy-misses-deletes.ts';
import * as copyOverwritesNewerRows from './copy-overwrites-newer-rows.ts';
import * as copyResetsTime from './copy-resets-time.ts';
import * as definer from './definer.ts';
import * as deleteWithoutWhere from './delete-without-where.ts';
import * as dependsOnColumn from './depends-on-column.ts';
import * as destructiveStatement from './destructive-statement.ts';
import * as displayWidth from './display-width.ts';
import * as duplicateIndex from './duplicate-index.ts';
import * as enumValues from './enum-values.ts';
import * as errorsIgnored from './errors-ignored.ts';
import * as floatColumn from './float-column.ts';
import * as foreignKeyParent from './foreign-key-parent.ts';
import * as implicitCommit from './implicit-commit.ts';
import * as indexDrop from './index-drop.ts';
import * as inlineReferences from './inline-references.ts';
import * as keyByName from './key-by-name.ts';
import * as lockTable from './lock-table.ts';
import * as lockTimeoutOverruled from './lock-timeout-overruled.ts';
import type { RuleFile } from './look.ts';
import * as modifyResets from './modify-resets.ts';
import * as nameCase from './name-case.ts';
import * as nameTooLong from './name-too-long.ts';
import * as narrowCharset from './narrow-charset.ts';
import * as nestedTransaction from './nested-transaction.ts';
import * as notNullColumnWithoutDefault from './not-null-column-without-default.ts';
import * as notReplicated from './not-replicated.ts';
import * as notTransactional from './not-transactional.ts';
import * as onlineClauses from './online-clauses.ts';
import * as ownTransactionControl from './own-transaction-control.ts';
import * as quotingChanged from './quoting-changed.ts';
import * as rebuildsTwice from './rebuilds-twice.ts';
import * as renameBreaksRunningCode from './rename-breaks-running-code.ts';
import * as replacesExisting from './replaces-existing.ts';
import * as reservedWord from './reserved-word.ts';
import * as sessionSetting from './session-setting.ts';
import * as setNotNull from './set-not-null.ts';
import * as smallIntegerKey from './small-integer-key.ts';
import * as swapByRename from './swap-by-rename.ts';
import * as tableRebuild from './table-rebuild.ts';
import * as tableWithoutKey from './table-without-key.ts';
import * as temporaryTable from './temporary-table.ts';
import * as timestamp2038 from './timestamp-2038.ts';
import * as triggerRights from './trigger-rights.ts';
import * as unfinishedTransaction from './unfinished-transaction.ts';
import * as uniqueOnExistingRows from './unique-on-existing-rows.ts';
import * as unknownStatement from './unknown-statement.ts';
import * as updateWithoutWhere from './update-without-where.ts';
import * as versionedComment from './versioned-comment.ts';
import * as volatileDefaultRewrite from './volatile-default-rewrite.ts';
import * as zeroDate from './zero-date.ts';

/** Every rule of MySQL and MariaDB, in the order in which its findings are named: what loses most first. */
export const rules: readonly RuleFile[] = [
  destructiveStatement,
  notReplicated,
  unknownStatement,
  blocksWriters,
  volatileDefaultRewrite,
  tableRebuild,
  rebuildsTwice,
  dependsOnColumn,
  enumValues,
  setNotNull,
  modifyResets,
  onlineClauses,
  notNullColumnWithoutDefault,
  addColumnWithDefault,
  uniqueOnExistingRows,
  indexDrop,
  duplicateIndex,
  inlineReferences,
  foreignKeyParent,
  cascadingDelete,
  constraintDropped,
  checkForgotten,
  checksSwitchedOff,
  renameBreaksRunningCode,
  swapByRename,
  replacesExisting,
  updateWithoutWhere,
  deleteWithoutWhere,
  batchRescans,
  bulkInsert,
  copyMissesDeletes,
  copyOverwritesNewerRows,
  copyResetsTime,
  keyByName,
  errorsIgnored,
  triggerRights,
  definer,
  implicitCommit,
  nestedTransaction,
  unfinishedTransaction,
  ownTransactionControl,
  lockTable,
  sessionSetting,
  quotingChanged,
  clientCharset,
  lockTimeoutOverruled,
  versionedComment,
  temporaryTable,
  notTransactional,
  tableWithoutKey,
  smallIntegerKey,
  floatColumn,
  zeroDate,
  timestamp2038,
  displayWidth,
  narrowCharset,
  reservedWord,
  nameCase,
  nameTooLong,
];
