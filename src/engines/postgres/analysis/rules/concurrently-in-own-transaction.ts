import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';
import { blockOf, withoutComments } from '../blocks.ts';
import type { Look } from './look.ts';

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

/** A DO block runs in a transaction of its own, whatever surrounds it. */
export const look: Look = ({ node }) => {
  const block = blockOf(node);
  const verb =
    /\b(CREATE (?:UNIQUE )?INDEX|DROP INDEX|REINDEX \w+|DETACH PARTITION \S+) CONCURRENTLY\b/i.exec(
      withoutComments(block ?? ''),
    )?.[1];
  if (verb === undefined) return [];
  return [
    rule.finding(
      `${verb.toUpperCase()} CONCURRENTLY stands in a DO block, which is a transaction: the server refuses it`,
      'Write it as a statement of its own.',
    ),
  ];
};
