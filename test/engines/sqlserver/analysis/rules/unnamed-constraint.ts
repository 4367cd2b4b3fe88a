import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TABLE dbo.t (id int PRIMARY KEY)',
    'ALTER TABLE dbo.users ADD a int NOT NULL DEFAULT 0',
    'ALTER TABLE dbo.users ADD CHECK (a > 0)',
  ],
  passes: [
    'CREATE TABLE dbo.t (id int CONSTRAINT pk PRIMARY KEY)',
    'ALTER TABLE dbo.users ADD a int NOT NULL CONSTRAINT df DEFAULT 0',
    'CREATE TABLE dbo.t (id int CONSTRAINT pk PRIMARY KEY, a int, INDEX i (a))',
    'ALTER TABLE dbo.users ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES dbo.p (id) ON DELETE SET DEFAULT',
  ],
};
