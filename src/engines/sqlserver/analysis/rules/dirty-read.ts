import { hasWords } from '../cursor.ts';
import type { Look } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'dirty-read',
  severity: 'warning',
  title: 'Rows are read that may be taken back, and some twice or not at all',
  versions: 'all',
});

export const look: Look = ({ statements }) =>
  statements.flatMap((tokens) => {
    const hint = tokens.find(({ kind, value }) => kind === 'word' && dirty.has(value));
    if (hint === undefined && !hasWords(tokens, 'READ', 'UNCOMMITTED')) return [];
    return [
      rule.finding(
        `${hint?.value ?? 'READ UNCOMMITTED'} reads what others have not committed: rows are copied that never were, and rows that move meanwhile are read twice or passed over`,
        'Leave it out; to hold up no writer, read under snapshot isolation (READ_COMMITTED_SNAPSHOT).',
      ),
    ];
  });

const dirty: ReadonlySet<string> = new Set(['NOLOCK', 'READUNCOMMITTED']);
