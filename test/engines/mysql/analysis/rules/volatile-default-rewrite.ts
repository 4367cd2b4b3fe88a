import type { RuleTable } from '../../../rule-table.ts';
import { smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users ADD COLUMN k varchar(36) DEFAULT (UUID())',
    'ALTER TABLE users ADD COLUMN k double DEFAULT rand()',
  ],
  passes: [
    "ALTER TABLE users ADD COLUMN k varchar(36) DEFAULT 'x'",
    'ALTER TABLE users ADD COLUMN k datetime DEFAULT CURRENT_TIMESTAMP()',
    'CREATE TABLE t (id bigint PRIMARY KEY, k varchar(36) DEFAULT (UUID()))',
    'ALTER TABLE users ADD COLUMN k int AS (abs(b))',
  ],
  known: [
    {
      sql: 'ALTER TABLE users ADD COLUMN k varchar(36) DEFAULT (UUID())',
      facts: smallUsers,
      severity: 'note',
    },
  ],
};
