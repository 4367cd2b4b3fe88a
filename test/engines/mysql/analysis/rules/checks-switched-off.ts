import type { RuleTable } from '../../../rule-table.ts';
import { largeUsers } from './table.ts';

const key = 'ALTER TABLE users ADD FOREIGN KEY (a) REFERENCES other (id), ALGORITHM=INPLACE';

export const table: RuleTable = {
  finds: ['SET FOREIGN_KEY_CHECKS = 0', 'SET SESSION unique_checks = OFF'],
  passes: ['SET FOREIGN_KEY_CHECKS = 1'],
  known: [
    {
      sql: `SET foreign_key_checks = 0; ${key}; SET foreign_key_checks = 1`,
      facts: largeUsers,
      severity: 'note',
    },
    { sql: `SET foreign_key_checks = 0; ${key}`, facts: largeUsers, severity: 'warning' },
    {
      sql: `SET foreign_key_checks = 0; ${key}; INSERT INTO users (a) VALUES (1); SET foreign_key_checks = 1`,
      facts: largeUsers,
      severity: 'warning',
    },
  ],
};
