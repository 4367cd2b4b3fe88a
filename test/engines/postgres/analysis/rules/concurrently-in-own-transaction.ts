import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'BEGIN; CREATE INDEX CONCURRENTLY i ON users (a); COMMIT',
    'BEGIN; DROP INDEX CONCURRENTLY i; COMMIT',
    'BEGIN; VACUUM users; COMMIT',
    "DO $$ BEGIN EXECUTE 'CREATE INDEX CONCURRENTLY i ON users (a)'; END $$",
  ],
  passes: [
    'CREATE INDEX CONCURRENTLY i ON users (a)',
    'BEGIN; SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY i ON users (a)',
    'DO $$ BEGIN PERFORM 1; -- CREATE INDEX CONCURRENTLY\nEND $$',
  ],
};
