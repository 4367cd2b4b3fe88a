import * as bracketsInName from './brackets-in-name.ts';
import * as bulkInsert from './bulk-insert.ts';
import * as cascadingDelete from './cascading-delete.ts';
import * as checksSwitchedOff from './checks-switched-off.ts';
import * as clusteredIndexChange from './clustered-index-change.ts';
import * as conditionalStatement from './conditional-statement.ts';
import * as constraintDropped from './constraint-dropped.ts';
import * as constraintNotTrusted from './constraint-not-trusted.ts';
import * as constraintScan from './constraint-scan.ts';
import * as defaultByEdition from './default-by-edition.ts';
import * as defaultLeavesNull from './default-leaves-null.ts';
import * as deleteWithoutWhere from './delete-without-where.ts';
import * as deprecatedType from './deprecated-type.ts';
import * as destructiveStatement from './destructive-statement.ts';
import * as dirtyRead from './dirty-read.ts';
import * as disableTrigger from './disable-trigger.ts';
import * as errorSwallowed from './error-swallowed.ts';
import * as floatColumn from './float-column.ts';
import * as foreignKeyWithoutIndex from './foreign-key-without-index.ts';
import * as identityInsert from './identity-insert.ts';
import * as identityReseed from './identity-reseed.ts';
import * as indexDrop from './index-drop.ts';
import * as indexNotOnline from './index-not-online.ts';
import * as indexNotResumable from './index-not-resumable.ts';
import * as lengthLeftOut from './length-left-out.ts';
import * as lockEscalation from './lock-escalation.ts';
import * as lockQueue from './lock-queue.ts';
import * as lockTable from './lock-table.ts';
import type { RuleFile } from './look.ts';
import * as loop from './loop.ts';
import * as mergeRaces from './merge-races.ts';
import * as nameTooLong from './name-too-long.ts';
import * as nestedTransaction from './nested-transaction.ts';
import * as notAloneInBatch from './not-alone-in-batch.ts';
import * as notNullColumnWithoutDefault from './not-null-column-without-default.ts';
import * as nothingCarriedOut from './nothing-carried-out.ts';
import * as nullabilityLeftOut from './nullability-left-out.ts';
import * as otherDatabase from './other-database.ts';
import * as outsideTransactions from './outside-transactions.ts';
import * as ownTransactionControl from './own-transaction-control.ts';
import * as quotedIdentifierOff from './quoted-identifier-off.ts';
import * as renameBreaksRunningCode from './rename-breaks-running-code.ts';
import * as replacesExisting from './replaces-existing.ts';
import * as rollbackInsideBlock from './rollback-inside-block.ts';
import * as selectInto from './select-into.ts';
import * as sessionSetting from './session-setting.ts';
import * as setNotNullScan from './set-not-null-scan.ts';
import * as settingOverruled from './setting-overruled.ts';
import * as smallIntegerKey from './small-integer-key.ts';
import * as swapByRename from './swap-by-rename.ts';
import * as tableRewrite from './table-rewrite.ts';
import * as tableWithoutKey from './table-without-key.ts';
import * as temporaryTable from './temporary-table.ts';
import * as transactionInsideBlock from './transaction-inside-block.ts';
import * as typeChangeRewrite from './type-change-rewrite.ts';
import * as unfinishedTransaction from './unfinished-transaction.ts';
import * as uniqueOnExistingRows from './unique-on-existing-rows.ts';
import * as unknownStatement from './unknown-statement.ts';
import * as unnamedConstraint from './unnamed-constraint.ts';
import * as updateWithoutWhere from './update-without-where.ts';
import * as volatileDefaultRewrite from './volatile-default-rewrite.ts';

/** Every rule of SQL Server, in the order in which they are listed: what loses most first. */
export const rules: readonly RuleFile[] = [
  destructiveStatement,
  unknownStatement,
  otherDatabase,
  rollbackInsideBlock,
  errorSwallowed,
  notAloneInBatch,
  nothingCarriedOut,
  bracketsInName,
  conditionalStatement,
  loop,
  indexNotOnline,
  indexNotResumable,
  lockQueue,
  clusteredIndexChange,
  tableRewrite,
  typeChangeRewrite,
  setNotNullScan,
  nullabilityLeftOut,
  volatileDefaultRewrite,
  defaultByEdition,
  defaultLeavesNull,
  notNullColumnWithoutDefault,
  constraintScan,
  constraintNotTrusted,
  foreignKeyWithoutIndex,
  cascadingDelete,
  uniqueOnExistingRows,
  constraintDropped,
  unnamedConstraint,
  checksSwitchedOff,
  disableTrigger,
  indexDrop,
  renameBreaksRunningCode,
  swapByRename,
  replacesExisting,
  updateWithoutWhere,
  deleteWithoutWhere,
  lockEscalation,
  lockTable,
  dirtyRead,
  bulkInsert,
  selectInto,
  mergeRaces,
  identityInsert,
  identityReseed,
  transactionInsideBlock,
  ownTransactionControl,
  nestedTransaction,
  unfinishedTransaction,
  outsideTransactions,
  settingOverruled,
  sessionSetting,
  quotedIdentifierOff,
  temporaryTable,
  tableWithoutKey,
  smallIntegerKey,
  floatColumn,
  deprecatedType,
  lengthLeftOut,
  nameTooLong,
];
