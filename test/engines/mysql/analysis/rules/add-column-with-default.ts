import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ["ALTER TABLE users ADD a varchar(9) DEFAULT 'x'"],
  passes: ['ALTER TABLE users ADD a varchar(9) DEFAULT NULL', 'ALTER TABLE users ADD a varchar(9)'],
};
