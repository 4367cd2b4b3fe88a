import type { RuleTable } from '../../../rule-table.ts';
import { smallUsers, withColumn } from './table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users MODIFY a bigint', 'ALTER TABLE users CHANGE a b int'],
  passes: [
    'ALTER TABLE users MODIFY a bigint, ALGORITHM=INSTANT',
    'CREATE TABLE t (id bigint PRIMARY KEY); ALTER TABLE t MODIFY id bigint unsigned',
  ],
  known: [
    { sql: 'ALTER TABLE users MODIFY a bigint', facts: smallUsers, severity: 'note' },
    {
      sql: "ALTER TABLE users MODIFY a enum('x', 'y', 'z')",
      facts: withColumn("enum('x','y')"),
      severity: null,
    },
    {
      sql: "ALTER TABLE users MODIFY a enum('x', 'y', 'z') NOT NULL",
      facts: withColumn("enum('x','y')"),
      severity: 'warning',
    },
    {
      sql: "ALTER TABLE users MODIFY a enum('x', 'y', 'z') FIRST",
      facts: withColumn("enum('x','y')"),
      severity: 'warning',
    },
    {
      sql: "ALTER TABLE users MODIFY a enum('y', 'x')",
      facts: withColumn("enum('x','y')"),
      severity: 'warning',
    },
    {
      sql: "ALTER TABLE users MODIFY a set('x', 'y')",
      facts: withColumn("enum('x','y')"),
      severity: 'warning',
    },
  ],
};
