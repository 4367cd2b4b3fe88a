import { failed, passed } from '../../check.ts';
import { bind, placeOf, quoteTable } from '../quote.ts';
import type { CheckKind } from './check.ts';

/** There are no constraints that hold for new rows only: what is there, and enforced, is valid. */
export const constraintValid: CheckKind<'constraint_valid'> = {
  title: ({ table, constraint }) => `constraint ${constraint} on ${table} is valid`,
  async run({ table, constraint }, { connection }) {
    const { schema, name } = placeOf(table, connection.database);
    const rows = await connection.read<Record<string, string | null>>(
      `SELECT * FROM information_schema.table_constraints WHERE ${bind(
        'table_schema = ? AND table_name = ? AND constraint_name = ?',
        [schema, name, constraint],
      )}`,
    );
    const [row] = rows;
    if (row === undefined)
      return failed('there is no such constraint', 'add it, or correct its name in the check');
    if (row.ENFORCED !== 'NO') return passed('it is');
    return failed(
      'it is NOT ENFORCED',
      `ALTER TABLE ${quoteTable(table)} ALTER CHECK … ENFORCED after repairing the rows`,
    );
  },
};
