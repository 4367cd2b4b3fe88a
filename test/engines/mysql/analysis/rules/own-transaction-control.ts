import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['BEGIN; COMMIT', 'SET autocommit = 0', 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'],
  passes: ['CREATE PROCEDURE p() BEGIN SELECT 1; END'],
};
