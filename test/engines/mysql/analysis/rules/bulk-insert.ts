import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['INSERT INTO users SELECT * FROM old'],
  passes: [
    'INSERT INTO users VALUES (1), (2)',
    'CREATE TABLE t (id bigint PRIMARY KEY); INSERT INTO t SELECT id FROM users',
  ],
};
