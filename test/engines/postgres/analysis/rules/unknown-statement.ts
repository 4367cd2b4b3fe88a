import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['DO $$ BEGIN PERFORM 1; END $$', 'CALL tidy()', 'SELECT tidy()', "LOAD 'x'"],
  passes: ['SELECT count(*), lower(max(name)) FROM users', 'SELECT pg_sleep(0)'],
};
