import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE INDEX i ON dbo.users (a) WITH (ONLINE = ON, RESUMABLE = ON)',
    'ALTER INDEX i ON dbo.users REBUILD WITH (ONLINE = ON, RESUMABLE = ON)',
  ],
  passes: ['CREATE INDEX i ON dbo.users (a) WITH (ONLINE = ON)'],
};
