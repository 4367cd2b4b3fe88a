import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'replaces-existing',
  severity: 'note',
  title: 'The former definition is gone',
  versions: 'all',
});

export const replacesExisting = (what: string): Finding =>
  rule.finding(`an existing ${what} is replaced`, 'The down script must bring its former definition back.');
