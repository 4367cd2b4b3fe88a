import type { Finding } from '../../../core/analysis/statement.ts';
import { finding } from './findings.ts';

export const ownTransactionControl = (verb: string): Finding =>
  finding(
    'own-transaction-control',
    'note',
    `${verb} is left out: Lockkeeper opens and commits the transactions itself`,
    'Nothing needs to be done; leave it out of new scripts.',
  );

export const sessionSetting = (what: string): Finding =>
  finding(
    'session-setting',
    'note',
    `${what} holds for one session; other steps of the migration run in sessions of their own`,
    'Write schema names out instead of setting search_path; leave timeouts to the manifest (lock_timeout).',
  );

export const lockTimeoutOverruled = (verb: string): Finding =>
  finding(
    'lock-timeout-overruled',
    'warning',
    `${verb} lock_timeout is ignored: Lockkeeper sets how long each statement may wait for a lock, and tries again`,
    'Leave it out; where 500ms are not right, say lock_timeout in the manifest.',
  );

export const lockTimeoutInCode = (verb: string): Finding =>
  finding(
    'lock-timeout-overruled',
    'warning',
    `the ${verb} block speaks of lock_timeout, but a wait for longer than Lockkeeper’s own is cancelled`,
    'Leave it out; where 500ms are not right, say lock_timeout in the manifest.',
  );
