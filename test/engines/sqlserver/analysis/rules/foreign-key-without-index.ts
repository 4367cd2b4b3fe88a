import type { RuleTable } from '../../../rule-table.ts';
import { enterprise } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users ADD CONSTRAINT fk FOREIGN KEY (team) REFERENCES dbo.teams (id)',
    'ALTER TABLE dbo.users ADD team int NULL REFERENCES dbo.teams (id)',
    'CREATE TABLE dbo.t (id int PRIMARY KEY, p int REFERENCES dbo.p (id))',
    'CREATE INDEX i ON dbo.users (name, team); ALTER TABLE dbo.users ADD CONSTRAINT fk FOREIGN KEY (team) REFERENCES dbo.teams (id)',
  ],
  passes: [
    'CREATE INDEX i ON dbo.users (team); ALTER TABLE dbo.users ADD CONSTRAINT fk FOREIGN KEY (Team) REFERENCES dbo.teams (id)',
    'CREATE TABLE dbo.t (id int PRIMARY KEY REFERENCES dbo.p (id))',
    'CREATE TABLE dbo.t (id int, p int REFERENCES dbo.p (id), PRIMARY KEY (p, id))',
    'CREATE TABLE dbo.t (id int, p int REFERENCES dbo.p (id), INDEX i (p))',
  ],
  known: [
    {
      sql: 'ALTER TABLE dbo.users ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES dbo.p (id)',
      facts: enterprise,
      severity: null,
    },
  ],
};
