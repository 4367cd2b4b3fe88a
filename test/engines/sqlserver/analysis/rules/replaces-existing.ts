import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE OR ALTER PROCEDURE dbo.p AS SELECT 1', 'ALTER VIEW dbo.v AS SELECT 1 a'],
  passes: ['CREATE VIEW dbo.v AS SELECT 1 a'],
};
