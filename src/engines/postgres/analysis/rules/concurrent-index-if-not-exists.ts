import { defineRule } from '../../../../core/analysis/rule.ts';
import { as } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'concurrent-index-if-not-exists',
  severity: 'note',
  title: 'IF NOT EXISTS passes over an invalid index',
  versions: 'all',
});

export const look: Look = ({ node }) => {
  const statement = as(node, 'IndexStmt');
  if (statement?.concurrent !== true || statement.if_not_exists !== true) return [];
  return [
    rule.finding(
      `an interrupted build leaves an invalid index called ${statement.idxname}, which IF NOT EXISTS takes for done`,
      'Leave IF NOT EXISTS out: Lockkeeper looks itself, and drops and builds an invalid index anew. Elsewhere DROP INDEX CONCURRENTLY IF EXISTS first.',
    ),
  ];
};
