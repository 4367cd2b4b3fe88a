import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE dbo.users NOCHECK CONSTRAINT fk', 'ALTER INDEX i ON dbo.users DISABLE'],
  passes: ['ALTER TABLE dbo.users WITH CHECK CHECK CONSTRAINT fk', 'ALTER INDEX i ON dbo.users REBUILD'],
};
