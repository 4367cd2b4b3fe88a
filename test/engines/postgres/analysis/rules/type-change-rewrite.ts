import type { RuleTable } from '../../../rule-table.ts';
import { knowing, smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users ALTER COLUMN a TYPE bigint',
    'ALTER TABLE users ALTER COLUMN a TYPE text USING left(a, 3)',
  ],
  passes: ['ALTER TABLE users ALTER COLUMN a SET STATISTICS 10'],
  known: [
    {
      sql: 'ALTER TABLE users ALTER COLUMN a TYPE varchar(20)',
      facts: knowing('18.1', { columns: [{ name: 'a', type: 'character varying(10)', nullable: true }] }),
      severity: null,
    },
    {
      sql: 'ALTER TABLE users ALTER COLUMN a TYPE varchar(5)',
      facts: knowing('18.1', { columns: [{ name: 'a', type: 'character varying(10)', nullable: true }] }),
      severity: 'warning',
    },
    {
      sql: 'ALTER TABLE users ALTER COLUMN a TYPE text',
      facts: knowing('18.1', { columns: [{ name: 'a', type: 'character varying(10)', nullable: true }] }),
      severity: null,
    },
    {
      sql: 'ALTER TABLE users ALTER COLUMN a TYPE numeric(12,2)',
      facts: knowing('18.1', { columns: [{ name: 'a', type: 'numeric(10,2)', nullable: true }] }),
      severity: null,
    },
    {
      sql: 'ALTER TABLE users ALTER COLUMN a TYPE numeric(12,4)',
      facts: knowing('18.1', { columns: [{ name: 'a', type: 'numeric(10,2)', nullable: true }] }),
      severity: 'warning',
    },
    { sql: 'ALTER TABLE users ALTER COLUMN a TYPE bigint', facts: smallUsers, severity: 'note' },
  ],
};
