import type { RuleTable } from '../../../rule-table.ts';
import { largeUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TABLE p (id bigint PRIMARY KEY, code int, KEY (code)); CREATE TABLE c (id bigint PRIMARY KEY, code int, FOREIGN KEY (code) REFERENCES p (code))',
  ],
  passes: [
    'CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE c (id bigint PRIMARY KEY, FOREIGN KEY (id) REFERENCES p (id))',
    'ALTER TABLE orders ADD FOREIGN KEY (code) REFERENCES users (code)',
  ],
  known: [
    {
      sql: 'ALTER TABLE orders ADD FOREIGN KEY (code) REFERENCES users (code)',
      facts: largeUsers,
      severity: 'warning',
    },
    {
      sql: 'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id)',
      facts: largeUsers,
      severity: null,
    },
  ],
};
