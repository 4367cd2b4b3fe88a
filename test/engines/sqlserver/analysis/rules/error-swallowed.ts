import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ["BEGIN TRY DROP TABLE t END TRY BEGIN CATCH PRINT 'oh' END CATCH"],
  passes: ['BEGIN TRY DROP TABLE t END TRY BEGIN CATCH THROW END CATCH'],
};
