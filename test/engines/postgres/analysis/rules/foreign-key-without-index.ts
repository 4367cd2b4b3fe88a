import type { RuleTable } from '../../../rule-table.ts';
import { largeUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES other NOT VALID',
    'CREATE TABLE t (id bigint PRIMARY KEY, a bigint REFERENCES users (id))',
    'CREATE TABLE t (id bigint PRIMARY KEY, a bigint REFERENCES users (id)); CREATE INDEX i ON t (id, a)',
    'CREATE TABLE t (id bigint PRIMARY KEY, a bigint REFERENCES users (id)); CREATE INDEX i ON t (a) WHERE a > 5',
  ],
  passes: [
    'CREATE TABLE t (id bigint PRIMARY KEY REFERENCES users (id))',
    'CREATE TABLE t (id bigint PRIMARY KEY, a bigint REFERENCES users (id)); CREATE INDEX i ON t (a, id)',
    'CREATE INDEX CONCURRENTLY i ON users (a); ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES other NOT VALID',
    'CREATE TABLE t (a bigint, b bigint, PRIMARY KEY (b, a), FOREIGN KEY (a, b) REFERENCES pairs (x, y))',
  ],
  known: [
    {
      sql: 'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES other NOT VALID',
      facts: largeUsers,
      severity: null,
    },
  ],
};
