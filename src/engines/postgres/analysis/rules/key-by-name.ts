import { defineRule } from '../../../../core/analysis/rule.ts';
import { keyByName } from '../../../key-by-name.ts';
import { withoutComments } from '../blocks.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'key-by-name',
  severity: 'warning',
  title: 'A primary key is told by how its name ends, and names are anybody’s',
  versions: 'all',
});

export const look: Look = ({ text }) => {
  // In the text of EXECUTE quotes are doubled.
  const told = keyByName(withoutComments(text).replaceAll("''", "'"));
  if (told === null) return [];
  return [
    rule.finding(
      `${told} takes other indexes for the primary key, and misses it where it was named otherwise or renamed`,
      'Ask pg_index for indisprimary, and pg_constraint for what stands behind a constraint (conindid).',
    ),
  ];
};
