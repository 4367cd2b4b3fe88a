import type { RuleTable } from '../../../rule-table.ts';
import { knowing, smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users ADD COLUMN a uuid DEFAULT gen_random_uuid()',
    'ALTER TABLE users ADD COLUMN a timestamptz DEFAULT clock_timestamp()',
    'ALTER TABLE users ADD COLUMN a bigint DEFAULT app.next_number()',
    'ALTER TABLE users ADD COLUMN a bigserial',
    'ALTER TABLE users ADD COLUMN a bigint GENERATED ALWAYS AS IDENTITY',
    'ALTER TABLE users ADD COLUMN a bigint GENERATED ALWAYS AS (b + 1) STORED',
  ],
  passes: [
    'ALTER TABLE users ADD COLUMN a bigint DEFAULT 1',
    'ALTER TABLE users ADD COLUMN a bigint GENERATED ALWAYS AS (b + 1) VIRTUAL',
    'ALTER TABLE users ADD COLUMN a uuid; ALTER TABLE users ALTER COLUMN a SET DEFAULT gen_random_uuid()',
  ],
  known: [
    { sql: 'ALTER TABLE users ADD COLUMN a int DEFAULT 1', facts: knowing('10.23'), severity: 'warning' },
    { sql: 'ALTER TABLE users ADD COLUMN a int DEFAULT 1', facts: knowing('11.0'), severity: null },
    {
      sql: 'ALTER TABLE users ADD COLUMN a uuid DEFAULT gen_random_uuid()',
      facts: smallUsers,
      severity: 'note',
    },
  ],
};
