import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'batch-rescans',
  severity: 'warning',
  title: 'A batch picked by LIMIT starts from the beginning each time',
  versions: 'all',
});

/** UPDATE or DELETE … LIMIT: the n-th batch passes over everything done before it. */
export const look: Look = ({ tokens }) => {
  const [first] = tokens;
  if (first?.kind !== 'word' || !['UPDATE', 'DELETE'].includes(first.value)) return [];
  if (!tokens.some(({ kind, value }) => kind === 'word' && value === 'LIMIT')) return [];
  return [
    rule.finding(
      'rows are picked by LIMIT, so that each repetition reads from the beginning over all that is done, and a replica that is sent the statement may pick others',
      'Write it as a backfill in the manifest, which walks along the key.',
    ),
  ];
};
