import type { Finding } from '../../../core/analysis/statement.ts';
import { finding } from './finding.ts';

export const transactionInside = (verb: string): Finding =>
  finding(
    'transaction-inside-block',
    'warning',
    `${verb} stands inside a block and runs within the transaction of the step, of which it decides nothing by itself`,
    'Leave it out: Lockkeeper opens and commits the transactions itself.',
  );

export const rollbackInside: Finding = finding(
  'rollback-inside-block',
  'danger',
  'ROLLBACK inside a block ends the transaction of the step, with Lockkeeper’s journal in it',
  'Leave it out, and let the error reach Lockkeeper, which rolls back.',
);

export const ownTransactionControl = (verb: string): Finding =>
  finding(
    'own-transaction-control',
    'note',
    `${verb} is left out: Lockkeeper opens and commits the transactions itself`,
    'Nothing needs to be done; leave it out of new scripts.',
  );

export const outsideTransactions = (verb: string): Finding =>
  finding(
    'outside-transactions',
    'note',
    `${verb} cannot run in a transaction: it is a step of its own`,
    'Nothing needs to be done.',
  );

export const overruled = (name: string): Finding =>
  finding(
    'setting-overruled',
    'warning',
    `SET ${name} is ignored: Lockkeeper sets it for each statement itself`,
    'Leave it out.',
  );

export const nothingCarriedOut = (name: string): Finding =>
  finding(
    'nothing-carried-out',
    'error',
    `SET ${name} changes which statements, or how much of them, the server carries out`,
    'Leave it out.',
  );

export const sessionSetting = (what: string): Finding =>
  finding(
    'session-setting',
    'note',
    `${what} holds for one session; other steps of the migration run in sessions of their own, where it is said again`,
    'Nothing needs to be done, unless something else was meant.',
  );

export const otherDatabase: Finding = finding(
  'other-database',
  'danger',
  'USE leads to another database, which the ledger, the restore point and the checks of this target do not cover',
  'Make that database a target of its own.',
);
