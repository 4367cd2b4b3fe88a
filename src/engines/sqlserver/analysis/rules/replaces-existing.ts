import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'replaces-existing',
  severity: 'note',
  title: 'The former definition is gone',
  versions: 'all',
});

export const replacesExisting = (what: string): Finding =>
  rule.finding(`an existing ${what} is replaced`, 'The down script must bring its former definition back.');
