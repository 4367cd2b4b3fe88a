import type { Look } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'lock-table',
  severity: 'warning',
  title: 'A hint locks the whole table until the transaction ends',
  versions: 'all',
});

export const look: Look = ({ statements }) =>
  statements.flatMap((tokens) =>
    tokens
      .filter(({ kind, value }) => kind === 'word' && hints.has(value))
      .map(({ value }) =>
        rule.finding(
          `${value} locks the whole table until the transaction ends, whatever is changed in it`,
          'Leave it out, unless nobody else uses the table.',
        ),
      ),
  );

const hints: ReadonlySet<string> = new Set(['TABLOCK', 'TABLOCKX']);
