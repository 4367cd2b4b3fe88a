import { failed, listed, passed } from '../../check.ts';
import { quoteTable } from '../quote.ts';
import type { CheckKind } from './check.ts';
import { invalidIndexes, pausedIndexes } from './queries.ts';

export const noInvalidIndexes: CheckKind<'no_invalid_indexes'> = {
  title: ({ tables }) => `no invalid index on ${listed(tables)}`,
  async run({ tables }, { connection }) {
    const query = connection.server.listsResumable
      ? `${invalidIndexes}\nUNION ALL ${pausedIndexes}`
      : invalidIndexes;
    const names: string[] = [];
    for (const table of tables) {
      const rows = await connection.read<{ name: string }>(query, { table: quoteTable(table) });
      names.push(...rows.map(({ name }) => `${table}.${name}`));
    }
    if (names.length === 0) return passed('none found');
    return failed(
      `switched off or paused: ${listed(names)}`,
      'ALTER INDEX … REBUILD what is switched off; RESUME or ABORT what was paused',
    );
  },
};
