import { defineRule } from '../../../../core/analysis/rule.ts';
import { constraintsDefined } from '../definitions.ts';
import { all, as, relationName } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'table-without-key',
  severity: 'warning',
  title: 'Rows without a key cannot be copied in batches, nor replicated',
  versions: 'all',
});

export const look: Look = ({ node }) => {
  const statement = as(node, 'CreateStmt');
  if (statement === undefined || statement.relation?.relpersistence === 't') return [];
  // The key comes from the parent, the type or the table it is like.
  const inherits = (statement.inhRelations ?? []).length > 0 || statement.ofTypename !== undefined;
  const copied = all(statement.tableElts, 'TableLikeClause').length > 0;
  const keyed = constraintsDefined(node).some(({ constraint }) => keys.has(constraint.contype ?? ''));
  if (inherits || copied || keyed) return [];
  return [
    rule.finding(
      `${relationName(statement.relation)} has neither a primary nor a unique key: a later backfill has nothing to walk along, and logical replication refuses its updates`,
      'Give it a primary key now; on a large table that is a migration of its own.',
    ),
  ];
};

const keys: ReadonlySet<string> = new Set(['CONSTR_PRIMARY', 'CONSTR_UNIQUE']);
