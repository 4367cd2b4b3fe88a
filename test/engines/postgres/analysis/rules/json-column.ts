import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users ADD COLUMN a json', 'CREATE TABLE t (id bigint PRIMARY KEY, a json)'],
  passes: ['ALTER TABLE users ADD COLUMN a jsonb'],
};
