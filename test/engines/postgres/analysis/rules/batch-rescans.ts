import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'UPDATE users SET a = 1 WHERE id IN (SELECT id FROM users WHERE a IS NULL LIMIT 1000)',
    'DELETE FROM users WHERE ctid = ANY (ARRAY (SELECT ctid FROM users LIMIT 1000))',
  ],
  passes: [
    'UPDATE users SET a = 1 WHERE id IN (SELECT id FROM other)',
    'UPDATE users SET a = 1 WHERE id > 5 AND id <= 10',
  ],
};
