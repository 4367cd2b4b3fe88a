import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'setting-overruled',
  severity: 'warning',
  title: 'Lockkeeper sets this for each statement itself',
  versions: 'all',
});

export const overruled = (name: string): Finding =>
  rule.finding(`SET ${name} is ignored: Lockkeeper sets it for each statement itself`, 'Leave it out.');
