import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users ADD COLUMN a timestamptz DEFAULT now()',
    "ALTER TABLE users ADD COLUMN a text DEFAULT 'x'",
  ],
  passes: ['ALTER TABLE users ADD COLUMN a bigint', 'ALTER TABLE users ADD COLUMN a bigint DEFAULT NULL'],
};
