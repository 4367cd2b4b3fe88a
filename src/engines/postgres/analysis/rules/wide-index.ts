import { defineRule } from '../../../../core/analysis/rule.ts';
import { as, relationName } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'wide-index',
  severity: 'note',
  title: 'A wide index costs every write and helps few queries',
  versions: 'all',
});

/** More columns than this narrow a search down no further in most cases. */
const USUAL_COLUMNS = 3;

export const look: Look = ({ node }) => {
  const statement = as(node, 'IndexStmt');
  const columns = statement?.indexParams?.length ?? 0;
  if (statement === undefined || statement.unique === true || columns <= USUAL_COLUMNS) return [];
  return [
    rule.finding(
      `an index of ${columns} columns on ${relationName(statement.relation)} is written with every row and seldom finds more than its first columns do`,
      'Begin it with the columns that narrow the search down most, and leave the others out, or INCLUDE them.',
    ),
  ];
};
