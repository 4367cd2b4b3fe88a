import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET search_path = app', "SELECT set_config('search_path', '', false)", 'RESET ALL'],
  passes: ['SELECT 1', 'SHOW search_path'],
};
