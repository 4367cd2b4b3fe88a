import type { RuleTable } from '../../../rule-table.ts';
import { knowing, largeUsers, mysql57, mysql84, smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users DROP PRIMARY KEY, ADD PRIMARY KEY (a)',
    'ALTER TABLE users ADD COLUMN a int',
    'OPTIMIZE TABLE users',
    'ALTER TABLE users ENGINE=InnoDB',
    'ALTER TABLE users ROW_FORMAT=COMPRESSED',
  ],
  passes: [
    'ALTER TABLE users ADD COLUMN a int, ALGORITHM=INSTANT',
    'ALTER TABLE users ADD INDEX (a)',
    'CREATE TABLE t (id bigint PRIMARY KEY); ALTER TABLE t FORCE',
  ],
  known: [
    { sql: 'ALTER TABLE users ADD COLUMN a int', facts: knowing(mysql57), severity: 'warning' },
    { sql: 'ALTER TABLE users ADD COLUMN a int', facts: knowing(mysql84), severity: null },
    { sql: 'ALTER TABLE users ADD COLUMN a int', facts: largeUsers, severity: null },
    { sql: 'ALTER TABLE users FORCE', facts: largeUsers, severity: 'warning' },
    { sql: 'ALTER TABLE users FORCE', facts: smallUsers, severity: 'note' },
  ],
};
