import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'nothing-carried-out',
  severity: 'error',
  title: 'A setting keeps the server from carrying statements out',
  versions: 'all',
});

export const nothingCarriedOut = (name: string): Finding =>
  rule.finding(
    `SET ${name} changes which statements, or how much of them, the server carries out`,
    'Leave it out.',
  );
