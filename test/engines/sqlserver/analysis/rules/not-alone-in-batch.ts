import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SELECT 1\nCREATE VIEW v AS SELECT 1 a'],
  passes: ['SELECT 1\nGO\nCREATE VIEW v AS SELECT 1 a', 'CREATE VIEW v AS SELECT 1 a'],
};
