import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE DEFINER=`root`@`%` VIEW v AS SELECT 1'],
  passes: ['CREATE DEFINER=CURRENT_USER VIEW v AS SELECT 1', 'CREATE VIEW v AS SELECT 1'],
};
