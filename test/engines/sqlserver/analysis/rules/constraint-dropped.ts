import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE dbo.users DROP CONSTRAINT ck_age', 'ALTER TABLE dbo.users DROP fk_team'],
  passes: [
    'ALTER TABLE dbo.users DROP CONSTRAINT ck; ALTER TABLE dbo.users WITH NOCHECK ADD CONSTRAINT ck CHECK (a > 1)',
    'ALTER TABLE dbo.users DROP CONSTRAINT df_a, COLUMN a',
  ],
};
