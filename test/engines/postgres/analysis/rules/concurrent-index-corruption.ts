import type { RuleTable } from '../../../rule-table.ts';
import { knowing } from './table.ts';

export const table: RuleTable = {
  finds: [],
  passes: ['CREATE INDEX CONCURRENTLY i ON users (a)'],
  known: [
    { sql: 'CREATE INDEX CONCURRENTLY i ON users (a)', facts: knowing('14.3'), severity: 'danger' },
    { sql: 'REINDEX TABLE CONCURRENTLY users', facts: knowing('14.0 (Debian 14.0-1)'), severity: 'danger' },
    { sql: 'CREATE INDEX CONCURRENTLY i ON users (a)', facts: knowing('14.4'), severity: null },
    { sql: 'CREATE INDEX i ON users (a)', facts: knowing('14.3'), severity: null },
  ],
};
