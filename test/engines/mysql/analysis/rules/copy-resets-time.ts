import type { RuleTable } from '../../../rule-table.ts';

const v2 = 'CREATE TABLE v2 (id bigint PRIMARY KEY, a int, made timestamp DEFAULT CURRENT_TIMESTAMP)';

export const table: RuleTable = {
  finds: [
    `${v2}; INSERT INTO v2 (id, a) SELECT id, a FROM orders`,
    'CREATE TABLE v2 (id bigint PRIMARY KEY, made timestamp DEFAULT now()); INSERT INTO v2 (id) SELECT id FROM orders',
  ],
  passes: [
    `${v2}; INSERT INTO v2 (id, a, made) SELECT id, a, made FROM orders`,
    `${v2}; INSERT INTO v2 (id, a) VALUES (1, 2)`,
    'INSERT INTO v2 (id, a) SELECT id, a FROM orders',
    'CREATE TABLE v2 (id bigint PRIMARY KEY, a int DEFAULT 1); INSERT INTO v2 (id) SELECT id FROM orders',
  ],
};
