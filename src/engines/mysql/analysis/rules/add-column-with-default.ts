import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'add-column-with-default',
  severity: 'note',
  title: 'Existing rows have the default at once',
  versions: 'all',
});

export const addColumnWithDefault = (column: string): Finding =>
  rule.finding(
    `existing rows have the default of ${column} at once`,
    'A backfill of this column must not look for NULL: there is none.',
  );
