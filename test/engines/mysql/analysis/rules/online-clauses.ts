import type { RuleTable } from '../../../rule-table.ts';
import { largeUsers } from './table.ts';

export const table: RuleTable = {
  finds: [],
  passes: ['ALTER TABLE users ADD COLUMN a int'],
  known: [
    { sql: 'ALTER TABLE users ADD COLUMN a int', facts: largeUsers, severity: 'note' },
    { sql: 'ALTER TABLE users ADD COLUMN a int, ALGORITHM=INPLACE', facts: largeUsers, severity: null },
    { sql: 'DROP INDEX i ON users', facts: largeUsers, severity: null },
  ],
};
