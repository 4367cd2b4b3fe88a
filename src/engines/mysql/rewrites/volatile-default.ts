import { tokensOf } from '../analysis/tokens.ts';
import { type Replacement, type WrittenAction, written } from './actions.ts';

/** ADD COLUMN with a default for each row → the column, its default for new rows, and a backfill for the others. */
export function volatileDefault({ action, text, prefix, table, rules }: WrittenAction): Replacement | null {
  if (action.does !== 'add-column' || action.hedged || !rules.has('volatile-default-rewrite')) return null;
  const { column } = action;
  // A key of its own, or NOT NULL, would need every row to have its value already.
  if (!column.nullable || column.unique || column.primary || column.standard === null) return null;
  const tokens = tokensOf(text);
  const word = tokens.findIndex(({ kind, value }) => kind === 'word' && value === 'DEFAULT');
  const opens = tokens[word + 1];
  const [at, last] = [tokens[word]?.start, column.standard.at(-1)];
  // Only in parentheses is it plain where it ends.
  if (at === undefined || last === undefined || opens?.raw !== '(') return null;
  const end = closing(text, opens.start);
  const expression = text.slice(opens.start, end);
  const plain = `${text.slice(0, at).trim()} ${text.slice(end).trim()}`.trim();
  return {
    statements: [
      `${prefix} ${plain}`,
      `${prefix} ALTER COLUMN ${written(column.name)} SET DEFAULT ${expression}`,
    ],
    later: {
      backfills: [
        {
          table,
          set: { [column.name]: expression.slice(1, -1).trim() },
          where: `${written(column.name)} IS NULL`,
        },
      ],
      contract: [],
    },
    why: 'new rows get their value at once, and those that are there in small batches, without a copy of the table',
  };
}

/** Index behind the parenthesis that closes the one at `from`. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (const { raw, start, end } of tokensOf(text)) {
    if (start < from) continue;
    if (raw === '(') depth += 1;
    if (raw === ')' && --depth === 0) return end;
  }
  return text.length;
}
