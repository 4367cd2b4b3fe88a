import { defineRule } from '../../../../core/analysis/rule.ts';
import { as, find, relationName } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'batch-rescans',
  severity: 'warning',
  title: 'A batch picked by LIMIT starts from the beginning each time',
  versions: 'all',
});

/** UPDATE or DELETE … WHERE key IN (SELECT … LIMIT n): the n-th batch passes over everything done before it. */
export const look: Look = ({ node }) => {
  const statement = as(node, 'UpdateStmt') ?? as(node, 'DeleteStmt');
  const picks = find(statement?.whereClause, 'SelectStmt').some((query) => query.limitCount !== undefined);
  if (statement === undefined || !picks) return [];
  return [
    rule.finding(
      `rows of ${relationName(statement.relation)} are picked by LIMIT, so that each repetition reads from the beginning over all that is done: the whole takes quadratic time`,
      'Write it as a backfill in the manifest, which walks along the key.',
    ),
  ];
};
