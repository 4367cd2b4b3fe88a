import type { RuleTable } from '../../../rule-table.ts';
import { knowing, mariadb, mysql84 } from './table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TABLE t (id bigint PRIMARY KEY, role bigint REFERENCES roles (id))',
    'ALTER TABLE users ADD COLUMN role bigint REFERENCES roles (id)',
  ],
  passes: ['CREATE TABLE t (id bigint PRIMARY KEY, role bigint, FOREIGN KEY (role) REFERENCES roles (id))'],
  known: [
    {
      sql: 'ALTER TABLE users ADD COLUMN role bigint REFERENCES roles (id)',
      facts: knowing(mysql84),
      severity: 'warning',
    },
    {
      sql: 'ALTER TABLE users ADD COLUMN role bigint REFERENCES roles (id)',
      facts: knowing(mariadb),
      severity: null,
    },
  ],
};
