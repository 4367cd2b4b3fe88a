import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users DROP FOREIGN KEY has_role',
    'ALTER TABLE users DROP CONSTRAINT adult',
    'ALTER TABLE users DROP CHECK adult',
  ],
  passes: [
    'ALTER TABLE users DROP INDEX i',
    'CREATE TABLE t (id bigint PRIMARY KEY, CONSTRAINT c CHECK (id > 0)); ALTER TABLE t DROP CONSTRAINT c',
  ],
};
