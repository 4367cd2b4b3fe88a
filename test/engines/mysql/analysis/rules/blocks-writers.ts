import type { RuleTable } from '../../../rule-table.ts';
import { knowing, mysql57, mysql84, smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4',
    'ALTER TABLE users DROP PRIMARY KEY',
    'ALTER TABLE users ADD FULLTEXT (a)',
    'CREATE FULLTEXT INDEX i ON users (a)',
    'CREATE INDEX i ON users (a) LOCK=SHARED',
    'ALTER TABLE users ADD FOREIGN KEY (a) REFERENCES other (id)',
    'ALTER TABLE users ADD COLUMN a int GENERATED ALWAYS AS (b + 1) STORED',
    'ALTER TABLE users MODIFY a bigint, ALGORITHM=COPY',
    'ALTER TABLE users PARTITION BY KEY (id) PARTITIONS 4',
  ],
  passes: [
    'CREATE INDEX i ON users (a)',
    'ALTER TABLE users DROP PRIMARY KEY, ADD PRIMARY KEY (a)',
    'CREATE TABLE t (id bigint PRIMARY KEY, a int); ALTER TABLE t ADD FULLTEXT (a)',
  ],
  known: [
    { sql: 'ALTER TABLE users ADD CHECK (a > 0)', facts: knowing(mysql57), severity: null },
    { sql: 'ALTER TABLE users ADD CHECK (a > 0)', facts: knowing(mysql84), severity: 'danger' },
    { sql: 'ALTER TABLE users ADD CHECK (a > 0)', facts: smallUsers, severity: 'note' },
  ],
};
