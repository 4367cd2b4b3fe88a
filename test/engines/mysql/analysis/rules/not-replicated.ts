import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET sql_log_bin = 0', 'SET SESSION sql_log_bin = OFF'],
  passes: ['SET sql_log_bin = 1'],
};
