import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE OR REPLACE VIEW v AS SELECT 1', 'CREATE OR REPLACE PROCEDURE p() SELECT 1'],
  passes: ['CREATE VIEW v AS SELECT 1'],
};
