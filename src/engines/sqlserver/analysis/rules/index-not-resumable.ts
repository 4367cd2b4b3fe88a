import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'index-not-resumable',
  severity: 'note',
  title: 'An interrupted index build begins anew',
  versions: 'ALTER INDEX since 2017, CREATE INDEX since 2019, constraints since 2022',
});

export const notResumable = (table: string, why: string): Finding =>
  rule.finding(
    `the index on ${table} is built in one go, and begun anew if it is interrupted (${why})`,
    'See that the log has room for all of it, and that nothing ends the session meanwhile.',
    { table },
  );
