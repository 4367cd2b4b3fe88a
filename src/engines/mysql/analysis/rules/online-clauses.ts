import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'online-clauses',
  severity: 'note',
  title: 'How the server is asked to carry out the change',
  versions: 'all',
});

export const asked = (message: string): Finding =>
  rule.finding(
    message,
    'To have it done in another way, write ALGORITHM and LOCK yourself: they are left as they are.',
  );
