import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['UPDATE dbo.users SET a = 1 WHERE b > 2', 'DELETE FROM dbo.users WHERE a < 10'],
  passes: [
    'UPDATE TOP (1000) dbo.users SET a = 1 WHERE a = 0',
    'DELETE TOP (1000) FROM dbo.users WHERE a = 0',
    'UPDATE dbo.users SET a = 1',
  ],
};
