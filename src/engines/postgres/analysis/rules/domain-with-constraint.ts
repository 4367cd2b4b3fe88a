import { defineRule } from '../../../../core/analysis/rule.ts';
import { all, as, listName } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'domain-with-constraint',
  severity: 'note',
  title: 'A domain’s constraint cannot be changed without reading every table that uses it',
  versions: 'all',
});

export const look: Look = ({ node }) => {
  const statement = as(node, 'CreateDomainStmt');
  const checks = all(statement?.constraints, 'Constraint').filter(({ contype }) =>
    constraining.has(contype ?? ''),
  );
  if (statement === undefined || checks.length === 0) return [];
  return [
    rule.finding(
      `a constraint of domain ${listName(statement.domainname)} holds for every column of it: changing it later locks and reads all their tables`,
      'Put the CHECK on the tables, where it can be added NOT VALID and exchanged one by one.',
    ),
  ];
};

const constraining: ReadonlySet<string> = new Set(['CONSTR_CHECK', 'CONSTR_NOTNULL']);
