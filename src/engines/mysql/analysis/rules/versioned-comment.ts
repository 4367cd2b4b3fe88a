import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'versioned-comment',
  severity: 'note',
  title: 'Some servers carry out what others pass over',
  versions: 'all',
});

export const versionedComment: Finding = rule.finding(
  'what stands in a versioned comment is carried out by some servers and passed over by others; it is taken as carried out',
  'Write it without the comment where all servers of the target are alike.',
);
