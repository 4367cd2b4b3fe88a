import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['LOCK TABLE users'],
  passes: ['SELECT id FROM users FOR UPDATE'],
};
