import type { RuleTable } from '../../../rule-table.ts';
import { knowing, mariadb, mysql57, mysql84 } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17)',
    'CREATE TABLE t (id bigint PRIMARY KEY CHECK (id > 0))',
  ],
  passes: ['ALTER TABLE users ADD COLUMN checked boolean'],
  known: [
    { sql: 'ALTER TABLE users ADD CHECK (age > 17)', facts: knowing(mysql57), severity: 'warning' },
    { sql: 'ALTER TABLE users ADD CHECK (age > 17)', facts: knowing(mysql84), severity: null },
    { sql: 'ALTER TABLE users ADD CHECK (age > 17)', facts: knowing(mariadb), severity: null },
  ],
};
