import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users DISABLE TRIGGER tr',
    'DISABLE TRIGGER tr ON dbo.users',
    'DISABLE TRIGGER ALL ON dbo.users',
  ],
  passes: ['ENABLE TRIGGER tr ON dbo.users', 'ALTER TABLE dbo.users ENABLE TRIGGER tr'],
};
