import { type EntryOf, type HistoryRow, now, type ToolHistory } from '../tool-history.ts';

type Entry = EntryOf<'liquibase'>;

/** Liquibase: a row for each change set. */
export const liquibase: ToolHistory<Entry> = {
  table: {
    schema: null,
    name: 'databasechangelog',
    columns: ['id', 'author', 'filename', 'dateexecuted', 'orderexecuted', 'exectype', 'md5sum'],
    orderBy: ['orderexecuted'],
  },
  find: (rows, all) =>
    all.map((entry) => {
      const row = rows.findLast((candidate) => isRowOf(candidate, entry));
      if (row === undefined || row.exectype === 'FAILED' || row.exectype === 'SKIPPED') return null;
      return { at: row.dateexecuted ?? null, edited: false };
    }),
  keep(entry, direction, { all, rows }) {
    const known = rows.find((row) => isRowOf(row, entry))?.filename;
    const filename = known ?? asNamedThere(entry, rows, all);
    const key = { id: entry.id, author: entry.author, filename };
    if (direction === 'down') return [{ does: 'remove', where: key }];
    const values = {
      ...key,
      dateexecuted: now,
      orderexecuted: { is: 'next', column: 'orderexecuted' },
      exectype: 'EXECUTED',
      // Liquibase fills in a checksum that is missing at its next update.
      md5sum: null,
      description: 'applied by Lockkeeper',
    } as const;
    return [{ does: 'add', values, unless: key }];
  },
};

/** Its path is told from wherever Liquibase was called, ours from wherever Lockkeeper is. */
const isRowOf = (row: HistoryRow, { id, author, file }: Entry): boolean =>
  row.id === id && row.author === author && isSameEnd(bare(row.filename ?? ''), bare(file));

const isSameEnd = (a: string, b: string): boolean => a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);

const bare = (path: string): string => path.replace(/^classpath:\/?/, '').replace(/^\.?\//, '');

/** As the rows that are there name the files of this folder. */
function asNamedThere({ file }: Entry, rows: readonly HistoryRow[], all: readonly Entry[]): string {
  for (const entry of all) {
    const there = rows.find((row) => isRowOf(row, entry))?.filename ?? null;
    if (there === null) continue;
    const [longer, shorter] = [bare(entry.file), bare(there)].toSorted((a, b) => b.length - a.length);
    const added = (longer ?? '').slice(0, (longer ?? '').length - (shorter ?? '').length);
    if (added === '') return there.startsWith('classpath:') ? `classpath:${bare(file)}` : bare(file);
    if (longer === bare(entry.file) && bare(file).startsWith(added)) return bare(file).slice(added.length);
    return `${there.slice(0, there.indexOf(added) + added.length)}${bare(file)}`;
  }
  return bare(file);
}
