import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'concurrently-in-own-transaction',
  severity: 'error',
  title: 'The server refuses the statement inside a transaction',
  versions: 'all',
});

export const notInOwnTransaction = (verb: string): Finding =>
  rule.finding(
    `${verb} stands between BEGIN and COMMIT, where the server refuses it`,
    'Move it outside the transaction of the script.',
  );
