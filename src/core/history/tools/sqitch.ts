import type { EntryOf, ToolHistory } from '../tool-history.ts';

/** Sqitch: a row for each deployed change, named by a hash over its plan that only Sqitch makes. */
export const sqitch: ToolHistory<EntryOf<'sqitch'>> = {
  table: {
    schema: 'sqitch',
    name: 'changes',
    columns: ['change', 'project', 'committed_at'],
    orderBy: ['committed_at'],
  },
  find: (rows, all) =>
    all.map(({ change, project }) => {
      const row = rows.find((candidate) => candidate.change === change && candidate.project === project);
      return row === undefined ? null : { at: row.committed_at ?? null, edited: false };
    }),
  keep: ({ change }, direction) => ({
    refused: `its rows are named by hashes that only Sqitch makes; run afterwards: sqitch ${
      direction === 'up' ? `deploy --log-only --to ${change}` : `revert --log-only --to ${change}^`
    }`,
  }),
};
