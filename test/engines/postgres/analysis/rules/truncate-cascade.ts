import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['TRUNCATE users CASCADE'],
  passes: ['TRUNCATE users', 'TRUNCATE users, orders'],
};
