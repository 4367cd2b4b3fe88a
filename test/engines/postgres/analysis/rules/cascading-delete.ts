import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TABLE t (id bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE)',
    'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES other ON DELETE CASCADE NOT VALID',
  ],
  passes: [
    'CREATE TABLE t (id bigint PRIMARY KEY REFERENCES users (id) ON DELETE SET NULL)',
    'CREATE TABLE t (id bigint PRIMARY KEY REFERENCES users (id))',
  ],
};
