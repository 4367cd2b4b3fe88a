import { failed, passed } from '../../check.ts';
import { quoteTable } from '../quote.ts';
import type { CheckKind } from './check.ts';

export const constraintValid: CheckKind<'constraint_valid'> = {
  title: ({ table, constraint }) => `constraint ${constraint} on ${table} is valid`,
  async run({ table, constraint }, { connection }) {
    const [row] = await connection.read<{ valid: string }>(
      'SELECT convalidated AS valid FROM pg_constraint WHERE conrelid = $1::regclass AND conname = $2',
      [quoteTable(table), constraint],
    );
    if (row === undefined)
      return failed('there is no such constraint', 'add it, or correct its name in the check');
    if (row.valid === 't') return passed('it is');
    return failed(
      'it is NOT VALID',
      `ALTER TABLE ${quoteTable(table)} VALIDATE CONSTRAINT after repairing the rows`,
    );
  },
};
