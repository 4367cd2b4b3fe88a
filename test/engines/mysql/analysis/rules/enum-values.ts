import type { RuleTable } from '../../../rule-table.ts';
import { withColumn } from './table.ts';

export const table: RuleTable = {
  finds: ["ALTER TABLE users MODIFY a enum('x', 'y')", "ALTER TABLE users CHANGE a b set('x')"],
  passes: [
    "ALTER TABLE users ADD a enum('x')",
    "CREATE TABLE t (id bigint PRIMARY KEY, a enum('x')); ALTER TABLE t MODIFY a enum('y')",
  ],
  known: [
    {
      sql: "ALTER TABLE users MODIFY a enum('x', 'y', 'z')",
      facts: withColumn("enum('x','y')"),
      severity: null,
    },
    {
      sql: "ALTER TABLE users MODIFY a enum('x', 'z', 'y')",
      facts: withColumn("enum('x','y')"),
      severity: 'warning',
    },
    { sql: "ALTER TABLE users MODIFY a enum('y')", facts: withColumn("enum('x','y')"), severity: 'warning' },
    {
      sql: "ALTER TABLE users MODIFY a set('1','2','3','4','5','6','7','8')",
      facts: withColumn("set('1','2')"),
      severity: null,
    },
    {
      sql: "ALTER TABLE users MODIFY a set('1','2','3','4','5','6','7','8','9')",
      facts: withColumn("set('1','2')"),
      severity: 'warning',
    },
  ],
};
