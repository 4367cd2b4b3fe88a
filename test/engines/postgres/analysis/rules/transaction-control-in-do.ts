import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'DO $$ BEGIN LOOP UPDATE users SET a = 1 WHERE a IS NULL; EXIT WHEN NOT FOUND; COMMIT; END LOOP; END $$',
    'DO $$ BEGIN ROLLBACK; END $$',
  ],
  passes: [
    'DO $$ BEGIN PERFORM 1; END $$',
    "DO $$ BEGIN RAISE NOTICE 'x; COMMIT;'; -- COMMIT;\nEND $$",
    'BEGIN; SELECT 1; COMMIT',
  ],
};
