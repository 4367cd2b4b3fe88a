import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'BEGIN TRY DROP INDEX i ON t END TRY BEGIN CATCH ROLLBACK; THROW END CATCH',
    'IF EXISTS (SELECT 1 FROM t) ROLLBACK',
  ],
  passes: ['ROLLBACK', 'BEGIN TRY DROP INDEX i ON t END TRY BEGIN CATCH THROW END CATCH'],
};
