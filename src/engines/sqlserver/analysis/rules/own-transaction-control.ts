import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'own-transaction-control',
  severity: 'note',
  title: 'The script’s own BEGIN and COMMIT are left out',
  versions: 'all',
});

export const ownTransactionControl = (verb: string): Finding =>
  rule.finding(
    `${verb} is left out: Lockkeeper opens and commits the transactions itself`,
    'Nothing needs to be done; leave it out of new scripts.',
  );
