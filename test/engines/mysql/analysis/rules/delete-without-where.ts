import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['DELETE FROM users'],
  passes: ['DELETE FROM users WHERE id = 1', 'TRUNCATE users'],
};
