import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON users (a)'],
  passes: ['CREATE INDEX CONCURRENTLY i ON users (a)', 'CREATE INDEX IF NOT EXISTS i ON users (a)'],
};
