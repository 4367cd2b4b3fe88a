import { type EntryOf, now, type ToolHistory } from '../tool-history.ts';

/** goose: the last row of a version says whether it is applied; older releases add one for the way back. */
export const goose: ToolHistory<EntryOf<'goose'>> = {
  table: {
    schema: null,
    name: 'goose_db_version',
    columns: ['id', 'version_id', 'is_applied', 'tstamp'],
    orderBy: ['id'],
  },
  find: (rows, all) =>
    all.map(({ version }) => {
      const last = rows.findLast((row) => row.version_id === version);
      const isApplied = last?.is_applied === 't' || last?.is_applied === '1';
      return isApplied ? { at: last?.tstamp ?? null, edited: false } : null;
    }),
  keep({ version }, direction) {
    const remove = { does: 'remove', where: { version_id: version } } as const;
    if (direction === 'down') return [remove];
    const values = { version_id: version, is_applied: true, tstamp: now };
    return [remove, { does: 'add', values, unless: { version_id: version } }];
  },
};
