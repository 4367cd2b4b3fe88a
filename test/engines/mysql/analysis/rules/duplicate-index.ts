import type { RuleTable } from '../../../rule-table.ts';
import { largeUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE INDEX a ON users (x); CREATE INDEX b ON users (x, y)',
    'CREATE TABLE t (id bigint PRIMARY KEY, KEY (id))',
    'CREATE TABLE t (id bigint PRIMARY KEY, a int, KEY k (a), KEY l (A))',
  ],
  passes: [
    'CREATE INDEX a ON users (x); CREATE INDEX b ON users (y, x)',
    'CREATE INDEX a ON users (x); CREATE UNIQUE INDEX b ON users (x); DROP INDEX a ON users',
    'CREATE TABLE t (id bigint PRIMARY KEY, a int, UNIQUE (a), UNIQUE (a, id))',
  ],
  known: [
    { sql: 'CREATE INDEX i ON users (id)', facts: largeUsers, severity: 'note' },
    { sql: 'CREATE INDEX i ON users (a, id)', facts: largeUsers, severity: null },
  ],
};
