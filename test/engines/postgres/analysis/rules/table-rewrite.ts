import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users SET UNLOGGED',
    'ALTER TABLE users SET TABLESPACE fast',
    'ALTER TABLE users SET ACCESS METHOD heap',
  ],
  passes: ['ALTER TABLE users SET (fillfactor = 70)'],
};
