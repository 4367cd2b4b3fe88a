import type { RuleTable } from '../../../rule-table.ts';
import { withColumn } from './table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users MODIFY a int NOT NULL', 'ALTER TABLE users CHANGE a a int NOT NULL DEFAULT 0'],
  passes: [
    'ALTER TABLE users MODIFY a int',
    'ALTER TABLE users ADD a int NOT NULL DEFAULT 0',
    'CREATE TABLE t (id bigint PRIMARY KEY, a int); ALTER TABLE t MODIFY a int NOT NULL',
  ],
  known: [
    { sql: 'ALTER TABLE users MODIFY a int NOT NULL', facts: withColumn('int(11)'), severity: 'warning' },
    { sql: 'ALTER TABLE users MODIFY a int NOT NULL', facts: withColumn('int(11)', false), severity: null },
  ],
};
