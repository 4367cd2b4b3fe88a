import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'INSERT INTO users SELECT * FROM old',
    'CREATE TABLE preferences (user_id bigint PRIMARY KEY REFERENCES users (id)); INSERT INTO preferences SELECT id FROM users',
  ],
  passes: [
    'INSERT INTO users VALUES (1), (2)',
    'INSERT INTO users SELECT 1',
    'CREATE TABLE names (id bigint PRIMARY KEY); INSERT INTO names SELECT id FROM users',
  ],
};
