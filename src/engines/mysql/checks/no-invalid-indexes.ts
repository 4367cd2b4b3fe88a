import { failed, listed, passed } from '../../check.ts';
import { bind, placeOf } from '../quote.ts';
import type { CheckKind } from './check.ts';

/** An index build that fails leaves nothing; what MyISAM and Aria switch off, or a crash damaged, is marked. */
export const noInvalidIndexes: CheckKind<'no_invalid_indexes'> = {
  title: ({ tables }) => `no invalid index on ${listed(tables)}`,
  async run({ tables }, { connection }) {
    const places = tables.map((table) => {
      const { schema, name } = placeOf(table, connection.database);
      return bind('(table_schema = ? AND table_name = ?)', [schema, name]);
    });
    if (places.length === 0) return passed('none found');
    const rows = await connection.read<{ name: string }>(
      `SELECT DISTINCT CONCAT(table_name, '.', index_name) AS name FROM information_schema.statistics
       WHERE (${places.join(' OR ')}) AND comment IN ('disabled', 'corrupted') ORDER BY 1`,
    );
    if (rows.length === 0) return passed('none found');
    return failed(
      `disabled: ${listed(rows.map((row) => row.name))}`,
      'ALTER TABLE … ENABLE KEYS, or rebuild the table',
    );
  },
};
