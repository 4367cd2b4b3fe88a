import { defineRule } from '../../../../core/analysis/rule.ts';
import { as } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'nested-transaction',
  severity: 'warning',
  title: 'BEGIN or COMMIT where the server only warns',
  versions: 'all',
});

/** BEGIN inside a transaction, COMMIT and ROLLBACK outside: the author’s picture of the script is not the server’s. */
export const look: Look = ({ node, inTransaction }) => {
  const kind = as(node, 'TransactionStmt')?.kind ?? '';
  if (inTransaction && opens.has(kind)) {
    return [
      rule.finding(
        'a transaction begins inside another one: there is no such thing, and the first COMMIT ends both',
        'Leave the inner BEGIN and COMMIT out; SAVEPOINT marks a place to go back to.',
      ),
    ];
  }
  if (inTransaction || !closes.has(kind)) return [];
  return [
    rule.finding(
      'there is no transaction of the script to end here; a tool that wraps the file in one would have it ended too early',
      'Leave it out, or put BEGIN where the transaction begins.',
    ),
  ];
};

const opens: ReadonlySet<string> = new Set(['TRANS_STMT_BEGIN', 'TRANS_STMT_START']);
const closes: ReadonlySet<string> = new Set(['TRANS_STMT_COMMIT', 'TRANS_STMT_ROLLBACK']);
