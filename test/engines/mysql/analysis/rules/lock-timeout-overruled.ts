import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET lock_wait_timeout = 600', 'SET @@session.innodb_lock_wait_timeout = 600'],
  passes: ['SET wait_timeout = 600'],
};
