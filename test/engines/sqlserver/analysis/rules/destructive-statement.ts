import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users DROP COLUMN a',
    'DROP TABLE dbo.users',
    'TRUNCATE TABLE dbo.users',
    'DELETE FROM dbo.users WHERE a = 1',
    'UPDATE dbo.users SET a = 1',
    'ALTER TABLE dbo.users SWITCH TO dbo.old',
    'ALTER SEQUENCE dbo.s RESTART WITH 1',
    'MERGE INTO dbo.users AS u USING dbo.v ON u.id = v.id WHEN MATCHED THEN DELETE;',
  ],
  passes: [
    'CREATE TABLE dbo.t (id int); DROP TABLE dbo.t',
    'ALTER TABLE dbo.users ADD a int NULL; UPDATE dbo.users SET a = 1',
    'INSERT INTO dbo.users (a) VALUES (1)',
    'DROP INDEX i ON dbo.users',
  ],
};
