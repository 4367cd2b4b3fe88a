import { defineRule } from '../../../../core/analysis/rule.ts';
import { all, as, relationName } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'truncate-cascade',
  severity: 'warning',
  title: 'TRUNCATE … CASCADE empties tables that the statement does not name',
  versions: 'all',
});

export const look: Look = ({ node }) => {
  const statement = as(node, 'TruncateStmt');
  if (statement?.behavior !== 'DROP_CASCADE') return [];
  const tables = all(statement.relations, 'RangeVar').map(relationName).join(', ');
  return [
    rule.finding(
      `every table with a foreign key to ${tables} is emptied as well, and those that refer to them`,
      'Name the tables that are meant to be emptied, without CASCADE.',
    ),
  ];
};
