import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET IDENTITY_INSERT dbo.users ON; INSERT INTO dbo.users (id) VALUES (1)'],
  passes: [
    'SET IDENTITY_INSERT dbo.users ON; INSERT INTO dbo.users (id) VALUES (1); SET IDENTITY_INSERT dbo.users OFF',
  ],
};
