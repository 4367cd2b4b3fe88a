import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    "CREATE TABLE kept AS SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'users' AND indexname NOT LIKE '%_pkey'",
    "SELECT conname FROM pg_constraint WHERE conname !~ '_pk$'",
    "DO $$ DECLARE r record; BEGIN FOR r IN SELECT indexname FROM pg_indexes WHERE indexname NOT LIKE '%_pkey' LOOP RAISE NOTICE '%', r; END LOOP; END $$",
  ],
  passes: [
    "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'users%'",
    "SELECT name FROM users WHERE name LIKE '%_pkey'",
    'SELECT indexrelid FROM pg_index WHERE NOT indisprimary',
  ],
};
