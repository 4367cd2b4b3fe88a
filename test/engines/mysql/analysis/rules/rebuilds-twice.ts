import type { RuleTable } from '../../../rule-table.ts';
import { knowing, mysql57, mysql84 } from './table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users FORCE; ALTER TABLE users ROW_FORMAT=COMPRESSED'],
  passes: [
    'ALTER TABLE users FORCE, ROW_FORMAT=COMPRESSED',
    'ALTER TABLE users FORCE; ALTER TABLE orders FORCE',
    'ALTER TABLE users ADD INDEX (a); ALTER TABLE users ADD INDEX (b)',
  ],
  known: [
    {
      sql: 'ALTER TABLE users ADD a int; ALTER TABLE users ADD b int',
      facts: knowing(mysql57),
      severity: 'note',
    },
    {
      sql: 'ALTER TABLE users ADD a int; ALTER TABLE users ADD b int',
      facts: knowing(mysql84),
      severity: null,
    },
  ],
};
