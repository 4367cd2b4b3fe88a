import type { RuleTable } from '../../../rule-table.ts';
import { smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users ADD n int NULL; UPDATE dbo.users SET n = a WHERE n IS NULL',
    'UPDATE dbo.users SET a = 1',
    'UPDATE u SET a = 1 FROM dbo.users AS u',
  ],
  passes: [
    'UPDATE dbo.users SET n = a WHERE n IS NULL',
    'ALTER TABLE dbo.users ADD n int NULL; UPDATE dbo.users SET n = a WHERE n IS NULL AND id < 9',
    'UPDATE dbo.users SET a = 1 WHERE id = 1',
    'UPDATE TOP (100) dbo.users SET a = 1',
    'CREATE TABLE dbo.t (id int); UPDATE dbo.t SET id = 1',
  ],
  known: [{ sql: 'UPDATE dbo.users SET a = 1', facts: smallUsers, severity: 'note' }],
};
