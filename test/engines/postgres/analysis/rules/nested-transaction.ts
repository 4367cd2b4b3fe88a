import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['BEGIN; BEGIN; SELECT 1; COMMIT', 'SELECT 1; COMMIT', 'BEGIN; SELECT 1; COMMIT; COMMIT'],
  passes: [
    'BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT',
    'BEGIN; SAVEPOINT a; SELECT 1; RELEASE a; COMMIT',
  ],
};
