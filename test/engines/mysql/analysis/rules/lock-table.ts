import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['LOCK TABLES users WRITE'],
  passes: ['UNLOCK TABLES'],
};
