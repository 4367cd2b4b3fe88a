import type { RuleTable } from '../../../rule-table.ts';
import { smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users REBUILD',
    'ALTER TABLE dbo.users ADD n int IDENTITY',
    'ALTER TABLE dbo.users ADD v rowversion',
    'ALTER TABLE dbo.users ADD c AS a + 1 PERSISTED',
  ],
  passes: ['ALTER TABLE dbo.users ADD c AS a + 1', 'ALTER TABLE dbo.users ADD a int NULL'],
  known: [{ sql: 'ALTER TABLE dbo.users REBUILD', facts: smallUsers, severity: 'note' }],
};
