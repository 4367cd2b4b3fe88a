import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    "IF OBJECT_ID('t') IS NULL AND @@SERVERNAME = 'x' CREATE TABLE t (a int)",
    'IF EXISTS (SELECT 1 FROM dbo.flags) CREATE TABLE t (a int)',
  ],
  passes: [
    "IF OBJECT_ID(N'dbo.t') IS NULL CREATE TABLE dbo.t (a int)",
    'IF NOT EXISTS (SELECT 1 FROM dbo.flags) INSERT INTO flags VALUES (1)',
  ],
};
