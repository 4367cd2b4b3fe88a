import { defineRule } from '../../../../core/analysis/rule.ts';
import { as, listName } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'enum-value-order',
  severity: 'note',
  title: 'A new enum value goes to the end unless its place is said',
  versions: 'all',
});

export const look: Look = ({ node }) => {
  const statement = as(node, 'AlterEnumStmt');
  if (statement === undefined || statement.oldVal !== undefined || statement.newValNeighbor !== undefined)
    return [];
  return [
    rule.finding(
      `'${statement.newVal}' sorts after every other value of ${listName(statement.typeName)}, and its place cannot be changed later`,
      'Say BEFORE or AFTER where the order means something.',
    ),
  ];
};
