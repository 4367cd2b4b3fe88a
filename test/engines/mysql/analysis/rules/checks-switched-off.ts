import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET FOREIGN_KEY_CHECKS = 0', 'SET SESSION unique_checks = OFF'],
  passes: ['SET FOREIGN_KEY_CHECKS = 1'],
};
