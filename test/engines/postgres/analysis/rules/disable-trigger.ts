import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users DISABLE TRIGGER ALL', 'ALTER TABLE users DISABLE TRIGGER audit'],
  passes: ['ALTER TABLE users ENABLE TRIGGER audit'],
};
