import type { RuleTable } from '../../../rule-table.ts';
import { knowing, mysql84 } from './table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users ADD COLUMN valid_until timestamp NULL'],
  passes: ['ALTER TABLE users ADD COLUMN valid_until datetime'],
  known: [
    {
      sql: 'ALTER TABLE users ADD COLUMN valid_until timestamp NULL',
      facts: knowing('11.8.2-MariaDB'),
      severity: null,
    },
    {
      sql: 'ALTER TABLE users ADD COLUMN valid_until timestamp NULL',
      facts: knowing(mysql84),
      severity: 'note',
    },
  ],
};
