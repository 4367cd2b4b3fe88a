import type { RuleTable } from '../../../rule-table.ts';
import { enterprise, smallUsers, standard } from './table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE INDEX i ON dbo.users (a)',
    'ALTER INDEX i ON dbo.users REBUILD',
    'ALTER TABLE dbo.users ADD CONSTRAINT u UNIQUE (a)',
  ],
  passes: [
    'CREATE INDEX i ON dbo.users (a) WITH (ONLINE = ON)',
    'CREATE TABLE dbo.t (id int); CREATE INDEX i ON dbo.t (id)',
    'ALTER INDEX i ON dbo.users REORGANIZE',
  ],
  known: [
    { sql: 'CREATE INDEX i ON dbo.users (a)', facts: enterprise, severity: null },
    { sql: 'CREATE INDEX i ON dbo.users (a)', facts: standard, severity: 'warning' },
    { sql: 'CREATE INDEX i ON dbo.users (a)', facts: smallUsers, severity: 'note' },
    { sql: 'CREATE SPATIAL INDEX i ON dbo.users (a)', facts: enterprise, severity: 'warning' },
  ],
};
