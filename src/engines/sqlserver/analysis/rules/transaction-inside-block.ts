import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'transaction-inside-block',
  severity: 'warning',
  title: 'BEGIN or COMMIT inside a block decides nothing',
  versions: 'all',
});

export const transactionInside = (verb: string): Finding =>
  rule.finding(
    `${verb} stands inside a block and runs within the transaction of the step, of which it decides nothing by itself`,
    'Leave it out: Lockkeeper opens and commits the transactions itself.',
  );
