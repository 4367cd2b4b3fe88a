import type { EntryOf, ToolHistory } from '../tool-history.ts';

/** Drizzle: whatever its journal dates up to the newest row counts as applied. */
export const drizzle: ToolHistory<EntryOf<'drizzle'>> = {
  table: {
    schema: 'drizzle',
    name: '__drizzle_migrations',
    columns: ['hash', 'created_at'],
    orderBy: ['created_at'],
  },
  find(rows, all) {
    const newest = Number(rows.at(-1)?.created_at ?? -1);
    return all.map(({ when, hash }) => {
      const row = rows.find(({ created_at: at }) => Number(at) === when);
      const edited = row !== undefined && row.hash !== hash;
      return when <= newest ? { at: new Date(when).toISOString(), edited } : null;
    });
  },
  keep({ hash, when }, direction) {
    const key = { created_at: when };
    if (direction === 'down') return [{ does: 'remove', where: key }];
    return [{ does: 'add', values: { hash, created_at: when }, unless: key }];
  },
};
