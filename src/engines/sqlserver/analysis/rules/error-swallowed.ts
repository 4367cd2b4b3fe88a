import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'error-swallowed',
  severity: 'danger',
  title: 'A CATCH block lets nobody hear of an error',
  versions: 'all',
});

export const errorSwallowed = (what: string): Finding =>
  rule.finding(
    `the CATCH block ends without THROW: if ${what} fails, nobody hears of it and the step counts as done`,
    'End the CATCH block with THROW, or leave TRY and CATCH out: Lockkeeper rolls back what fails.',
  );
