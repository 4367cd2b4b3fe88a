import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'constraint-not-trusted',
  severity: 'note',
  title: 'A constraint that was not checked is not trusted',
  versions: 'all',
});

export const notTrusted = (table: string, constraint: string): Finding =>
  rule.finding(
    `${constraint} of ${table} holds for new rows only; the server does not trust it and plans no query by it`,
    'Follow it with ALTER TABLE … WITH CHECK CHECK CONSTRAINT, in a step of its own.',
  );
