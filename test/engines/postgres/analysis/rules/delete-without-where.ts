import type { RuleTable } from './table.ts';

export const table: RuleTable = {
  finds: ['DELETE FROM users'],
  passes: ['DELETE FROM users WHERE id = 1', 'TRUNCATE users'],
};
