import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users WITH NOCHECK ADD CONSTRAINT ck CHECK (a > 0)',
    'ALTER TABLE dbo.users CHECK CONSTRAINT ck',
  ],
  passes: [
    'ALTER TABLE dbo.users WITH CHECK CHECK CONSTRAINT ck',
    'ALTER TABLE dbo.users ADD CONSTRAINT ck CHECK (a > 0)',
  ],
};
