import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'nullability-left-out',
  severity: 'warning',
  title: 'ALTER COLUMN without NOT NULL makes the column take NULL',
  versions: 'all',
});

export const nullabilityLeftOut = (table: string, column: string): Finding =>
  rule.finding(
    `ALTER COLUMN ${column} says neither NULL nor NOT NULL: ${column} of ${table} takes NULL from then on, whatever it did before`,
    'Say NULL or NOT NULL, as the column is meant to be.',
  );
