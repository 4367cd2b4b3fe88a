import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'users'; END $$",
    "DO $$ DECLARE d text; BEGIN FOR d IN SELECT indexdef FROM saved LOOP EXECUTE replace(d, 'CREATE INDEX', 'CREATE INDEX CONCURRENTLY'); END LOOP; END $$",
    "DO $$ BEGIN EXECUTE format('CREATE INDEX %I ON users (a)', 'i'); END $$",
  ],
  passes: [
    "DO $$ BEGIN EXECUTE 'SELECT 1'; END $$",
    "DO $$ BEGIN PERFORM 1; -- EXECUTE 'DROP TABLE users';\nEND $$",
  ],
};
