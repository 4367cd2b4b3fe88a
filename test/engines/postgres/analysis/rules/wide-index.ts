import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE INDEX CONCURRENTLY i ON users (a, b, c, d)'],
  passes: [
    'CREATE INDEX CONCURRENTLY i ON users (a, b, c)',
    'CREATE UNIQUE INDEX CONCURRENTLY i ON users (a, b, c, d)',
    'CREATE INDEX CONCURRENTLY i ON users (a) INCLUDE (b, c, d)',
  ],
};
