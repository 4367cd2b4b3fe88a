import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'identity-reseed',
  severity: 'warning',
  title: 'Numbers that an identity gives next are set by hand',
  versions: 'all',
});

export const reseeded = (table: string): Finding =>
  rule.finding(
    `DBCC CHECKIDENT sets what ${table} counts on from: too low a number is given out twice, and fails at the key or is there twice without one`,
    'Leave the number out: DBCC CHECKIDENT (…, RESEED) goes on from the highest one there is.',
  );
