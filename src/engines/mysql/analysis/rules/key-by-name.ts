import { keyByName } from '../../../key-by-name.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'key-by-name',
  severity: 'warning',
  title: 'A primary key is told by how its name ends, and names are anybody’s',
  versions: 'all',
});

export const look: Look = ({ tokens }) => {
  const told = keyByName(tokens.map(({ raw }) => raw).join(' '));
  if (told === null) return [];
  return [
    rule.finding(
      `${told} takes other indexes for the primary key, and misses it: it is always called PRIMARY, and any index may end like that`,
      'Ask for what it is: index_name = ‘PRIMARY’, or constraint_type = ‘PRIMARY KEY’ in table_constraints; for unique ones non_unique = 0.',
    ),
  ];
};
