import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'default-leaves-null',
  severity: 'note',
  title: 'Existing rows keep NULL',
  versions: 'all',
});

export const defaultLeavesNull = (column: string): Finding =>
  rule.finding(
    `existing rows keep NULL in ${column}: the default of a column that takes NULL is for new rows`,
    'Say WITH VALUES to have it in all rows, or fill them by a backfill.',
  );
