import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'UPDATE users SET a = 1 WHERE a IS NULL LIMIT 1000',
    'DELETE FROM users WHERE old ORDER BY id LIMIT 1000',
  ],
  passes: ['UPDATE users SET a = 1 WHERE id BETWEEN 1 AND 1000', 'SELECT id FROM users LIMIT 10'],
};
