import { type Replacement, type WrittenAction, written } from './actions.ts';

/**
 * MODIFY … NOT NULL DEFAULT … → the default for new rows first, a backfill for the others, and NOT NULL when there is
 * no NULL left. Without a default, what old rows are to hold is not told: it is looked first whether any is NULL, and the
 * server is asked to work beside running writes or to refuse.
 */
export function notNull({ action, text, prefix, table, rules }: WrittenAction): Replacement | null {
  if (action.does !== 'change-column' || !rules.has('set-not-null')) return null;
  const { column, from } = action;
  const value = literalOf(column.standard ?? []);
  if (column.nullable || column.name !== from) return null;
  if (value === null)
    return column.standard === null && !column.autoIncrement
      ? lookedFirst({ text, prefix, table }, from)
      : null;
  return {
    statements: [`${prefix} ALTER COLUMN ${written(from)} SET DEFAULT ${value}`],
    later: {
      backfills: [{ table, set: { [from]: value }, where: `${written(from)} IS NULL` }],
      contract: [`${prefix} ${text}`],
    },
    why: 'new rows get the default at once, those that are there in small batches, and NOT NULL finds none to fail at',
  };
}

function lookedFirst(
  { text, prefix, table }: Pick<WrittenAction, 'text' | 'prefix' | 'table'>,
  column: string,
): Replacement {
  const none = { no_nulls: { table, columns: [column] } };
  return {
    statements: [`${prefix} ${text}, ALGORITHM=INPLACE, LOCK=NONE`],
    later: { checks: { before: [none], after: [] }, contract: [] },
    why: 'a NULL is found before anything begins, and the rows are written anew beside running writes',
  };
}

/** A value that SET DEFAULT takes on every server. */
function literalOf(tokens: NonNullable<ColumnDefault>): string | null {
  const plain = tokens.every(({ kind, raw }) => kind === 'text' || kind === 'number' || /^[-+]$/.test(raw));
  return plain && tokens.length > 0 ? tokens.map(({ raw }) => raw).join('') : null;
}

type ColumnDefault = Extract<WrittenAction['action'], { does: 'change-column' }>['column']['standard'];
