import type { RuleTable } from '../../../rule-table.ts';
import { enterprise, smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE CLUSTERED INDEX i ON dbo.users (a)',
    'ALTER TABLE dbo.users ADD CONSTRAINT pk PRIMARY KEY (id)',
    'ALTER TABLE dbo.users ADD CONSTRAINT u UNIQUE CLUSTERED (id)',
  ],
  passes: [
    'CREATE INDEX i ON dbo.users (a)',
    'ALTER TABLE dbo.users ADD CONSTRAINT pk PRIMARY KEY NONCLUSTERED (id)',
    'CREATE TABLE dbo.t (id int NOT NULL); ALTER TABLE dbo.t ADD CONSTRAINT pk PRIMARY KEY (id)',
  ],
  known: [
    { sql: 'ALTER TABLE dbo.users DROP CONSTRAINT pk_users', facts: enterprise, severity: 'warning' },
    { sql: 'ALTER TABLE dbo.users DROP CONSTRAINT ck_users', facts: enterprise, severity: null },
    { sql: 'CREATE CLUSTERED INDEX i ON dbo.users (a)', facts: smallUsers, severity: 'note' },
  ],
};
