import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'concurrent-index-needs-name',
  severity: 'error',
  title: 'An interrupted concurrent build without a name cannot be found again',
  versions: 'all',
});

export const unnamedConcurrentIndex = (table: string): Finding =>
  rule.finding(
    `an index on ${table} is built concurrently without a name, so it cannot be found again after an interruption`,
    'Name it: CREATE INDEX CONCURRENTLY name ON ….',
  );
