import type { RuleTable } from '../../../rule-table.ts';
import { largeUsers, smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users ALTER COLUMN a SET NOT NULL',
    'ALTER TABLE users ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE users ALTER COLUMN a SET NOT NULL',
    'ALTER TABLE users ADD PRIMARY KEY USING INDEX i',
  ],
  passes: [
    'ALTER TABLE users ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT c; ALTER TABLE users ALTER COLUMN a SET NOT NULL; ALTER TABLE users DROP CONSTRAINT c',
  ],
  known: [
    { sql: 'ALTER TABLE users ALTER COLUMN id SET NOT NULL', facts: largeUsers, severity: null },
    { sql: 'ALTER TABLE users ALTER COLUMN a SET NOT NULL', facts: smallUsers, severity: 'note' },
  ],
};
