import type { RuleTable } from '../../../rule-table.ts';
import { smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users ADD CONSTRAINT ck CHECK (a > 0)',
    'ALTER TABLE dbo.users ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES dbo.p (id)',
    'ALTER TABLE dbo.users WITH CHECK CHECK CONSTRAINT ck',
  ],
  passes: [
    'ALTER TABLE dbo.users WITH NOCHECK ADD CONSTRAINT ck CHECK (a > 0)',
    'CREATE TABLE dbo.t (id int); ALTER TABLE dbo.t ADD CONSTRAINT ck CHECK (id > 0)',
    'ALTER TABLE dbo.users ADD CONSTRAINT df DEFAULT 0 FOR a',
  ],
  known: [
    { sql: 'ALTER TABLE dbo.users ADD CONSTRAINT ck CHECK (a > 0)', facts: smallUsers, severity: 'note' },
  ],
};
