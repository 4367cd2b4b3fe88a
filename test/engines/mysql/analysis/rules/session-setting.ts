import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET @n = 1', 'USE other', "SET SESSION sql_mode = 'TRADITIONAL'"],
  passes: ['SET FOREIGN_KEY_CHECKS = 1'],
};
