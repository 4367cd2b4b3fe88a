import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'quoting-changed',
  severity: 'error',
  title: 'The SQL mode changes where texts and names end',
  versions: 'all',
});

export const quotingChanged = (mode: string): Finding =>
  rule.finding(
    `${mode} changes where texts and names end, so that what follows would be read wrongly`,
    'Leave it out; write names in backticks and texts in single quotes.',
  );
