import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'RENAME TABLE users TO users_old, users_new TO users',
    'RENAME TABLE users TO users_old; RENAME TABLE users_new TO users',
  ],
  passes: ['RENAME TABLE users TO people', 'RENAME TABLE a TO b, c TO d'],
};
