import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'outside-transactions',
  severity: 'note',
  title: 'The server refuses the statement in a transaction',
  versions: 'all',
});

export const outsideTransactions = (verb: string): Finding =>
  rule.finding(`${verb} cannot run in a transaction: it is a step of its own`, 'Nothing needs to be done.');
