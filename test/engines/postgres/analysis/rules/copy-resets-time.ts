import type { RuleTable } from '../../../rule-table.ts';

const v2 =
  'CREATE TABLE v2 (id bigint PRIMARY KEY, amount numeric, made timestamp DEFAULT CURRENT_TIMESTAMP)';

export const table: RuleTable = {
  finds: [
    `${v2}; INSERT INTO v2 (id, amount) SELECT id, amount FROM orders`,
    'CREATE TABLE v2 (id bigint PRIMARY KEY, made timestamp DEFAULT now()); INSERT INTO v2 (id) SELECT id FROM orders',
  ],
  passes: [
    `${v2}; INSERT INTO v2 (id, amount, made) SELECT id, amount, now() FROM orders`,
    `${v2}; INSERT INTO v2 (id, amount) VALUES (1, 2)`,
    'INSERT INTO v2_orders (id, amount) SELECT id, amount FROM orders',
    'CREATE TABLE v2 (id bigint PRIMARY KEY, a int DEFAULT 1); INSERT INTO v2 (id) SELECT id FROM orders',
  ],
};
