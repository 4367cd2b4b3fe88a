import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE INDEX CONCURRENTLY ON users (a)'],
  passes: ['CREATE INDEX CONCURRENTLY i ON users (a)', 'CREATE INDEX ON users (a)'],
};
