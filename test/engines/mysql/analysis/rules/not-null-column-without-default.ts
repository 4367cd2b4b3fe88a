import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users ADD COLUMN a int NOT NULL'],
  passes: [
    'ALTER TABLE users ADD COLUMN a int NOT NULL DEFAULT 0',
    'ALTER TABLE users ADD COLUMN a int',
    'ALTER TABLE users ADD COLUMN a bigint NOT NULL AUTO_INCREMENT UNIQUE',
    'CREATE TABLE t (id bigint PRIMARY KEY); ALTER TABLE t ADD a int NOT NULL',
  ],
};
