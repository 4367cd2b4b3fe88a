import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users RENAME TO people',
    'RENAME TABLE users TO people',
    'ALTER TABLE users RENAME COLUMN a TO b',
    'ALTER TABLE users CHANGE a b int',
  ],
  passes: [
    'ALTER TABLE users RENAME INDEX a TO b',
    'ALTER TABLE users CHANGE a A int',
    'CREATE TABLE t (id bigint PRIMARY KEY); RENAME TABLE t TO s',
  ],
};
