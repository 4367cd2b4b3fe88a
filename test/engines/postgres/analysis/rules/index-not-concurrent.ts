import type { RuleTable } from '../../../rule-table.ts';
import { largeUsers, smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE INDEX i ON users (a)',
    'CREATE UNIQUE INDEX i ON users (a)',
    'DROP INDEX i',
    'REINDEX INDEX i',
    'REINDEX TABLE users',
  ],
  passes: [
    'CREATE INDEX CONCURRENTLY i ON users (a)',
    'DROP INDEX CONCURRENTLY i',
    'REINDEX TABLE CONCURRENTLY users',
    'CREATE TABLE t (id bigint PRIMARY KEY, a int); CREATE INDEX i ON t (a)',
  ],
  known: [
    { sql: 'CREATE INDEX i ON users (a)', facts: smallUsers, severity: 'note' },
    { sql: 'CREATE INDEX i ON users (a)', facts: largeUsers, severity: 'warning' },
  ],
};
