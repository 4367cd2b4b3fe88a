import { type EntryOf, now, type ToolHistory } from '../tool-history.ts';

/** Prisma Migrate: a row for each attempt; one that has neither finished nor been rolled back stands in the way. */
export const prisma: ToolHistory<EntryOf<'prisma'>> = {
  table: {
    schema: null,
    name: '_prisma_migrations',
    columns: ['migration_name', 'checksum', 'started_at', 'finished_at', 'rolled_back_at'],
    orderBy: ['started_at'],
  },
  refuse(rows) {
    const failed = rows.find((row) => row.finished_at === null && row.rolled_back_at === null);
    if (failed === undefined) return null;
    return `${failed.migration_name} has begun and not finished; put it right, then: prisma migrate resolve`;
  },
  find: (rows, all) =>
    all.map(({ name, checksum }) => {
      const done = rows.filter((row) => row.finished_at !== null && row.rolled_back_at === null);
      const last = done.findLast((row) => row.migration_name === name);
      return last === undefined ? null : { at: last.finished_at ?? null, edited: last.checksum !== checksum };
    }),
  keep({ name, checksum }, direction) {
    if (direction === 'down') return [{ does: 'remove', where: { migration_name: name } }];
    const values = {
      id: { is: 'uuid' },
      migration_name: name,
      checksum,
      started_at: now,
      finished_at: now,
      applied_steps_count: 1,
    } as const;
    return [{ does: 'add', values, unless: { migration_name: name, rolled_back_at: null } }];
  },
};
