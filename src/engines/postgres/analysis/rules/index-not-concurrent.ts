import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'index-not-concurrent',
  severity: 'warning',
  title: 'An index is built, rebuilt or dropped while others wait',
  versions: 'all; REINDEX CONCURRENTLY since 12',
  bySize: true,
});

export const indexNotConcurrent = (table: string): Finding =>
  rule.finding(
    `the index build lets nobody write to ${table} until it is finished`,
    'Use CREATE INDEX CONCURRENTLY, which takes longer but blocks neither readers nor writers.',
    { table },
  );

export const indexDropNotConcurrent = (index: string): Finding =>
  rule.finding(
    `dropping ${index} waits for every query on its table and blocks all others meanwhile`,
    'Use DROP INDEX CONCURRENTLY.',
  );

export const reindexNotConcurrent = (what: string): Finding =>
  rule.finding(
    `rebuilding ${what} lets nobody write to the table, nor read through the index, until it is finished`,
    'Use REINDEX … CONCURRENTLY.',
  );
