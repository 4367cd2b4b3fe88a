import { defineRule } from '../../../../core/analysis/rule.ts';
import { as } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'replication-role',
  severity: 'warning',
  title: 'Triggers and foreign keys of the session are switched off',
  versions: 'all',
});

export const look: Look = ({ node }) => {
  const statement = as(node, 'VariableSetStmt');
  const named = statement?.name?.toLowerCase() === 'session_replication_role';
  const value = as(
    as(statement?.args?.[0], 'A_Const') === undefined ? undefined : statement?.args?.[0],
    'A_Const',
  );
  if (!named || value?.sval?.sval?.toLowerCase() !== 'replica') return [];
  return [
    rule.finding(
      'as a replica, the session fires no trigger and checks no foreign key: orphans go in unseen, and Lockkeeper’s own dual writes are passed over',
      'Leave it out; copy parents before their children instead.',
    ),
  ];
};
