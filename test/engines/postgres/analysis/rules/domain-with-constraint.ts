import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE DOMAIN mail AS text CHECK (length(value) > 3)', 'CREATE DOMAIN mail AS text NOT NULL'],
  passes: ['CREATE DOMAIN mail AS text', "CREATE DOMAIN mail AS text DEFAULT 'x'"],
};
