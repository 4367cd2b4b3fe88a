import type { RuleTable } from '../../../rule-table.ts';
import { withColumn } from './table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users MODIFY a bigint', 'ALTER TABLE users CHANGE a b int NOT NULL'],
  passes: [
    'ALTER TABLE users MODIFY a int NOT NULL DEFAULT 1',
    'ALTER TABLE users RENAME COLUMN a TO b',
    'CREATE TABLE t (id bigint PRIMARY KEY, a int); ALTER TABLE t MODIFY a bigint',
  ],
  known: [
    { sql: 'ALTER TABLE users MODIFY a bigint', facts: withColumn('int(11)', false), severity: 'warning' },
    { sql: 'ALTER TABLE users MODIFY a bigint', facts: withColumn('int(11)'), severity: 'note' },
  ],
};
