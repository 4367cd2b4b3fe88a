import { failed, passed } from '../../check.ts';
import { quoteTable } from '../quote.ts';
import type { CheckKind } from './check.ts';
import { constraintState } from './queries.ts';

/** A constraint that was added or switched on WITH NOCHECK holds for later writes only: the server does not trust it. */
export const constraintValid: CheckKind<'constraint_valid'> = {
  title: ({ table, constraint }) => `constraint ${constraint} on ${table} is valid`,
  async run({ table, constraint }, { connection }) {
    const quoted = quoteTable(table);
    const [row] = await connection.read<{ disabled: string; untrusted: string }>(constraintState, {
      table: quoted,
      constraint,
    });
    if (row === undefined)
      return failed('there is no such constraint', 'add it, or correct its name in the check');
    if (row.disabled === '0' && row.untrusted === '0') return passed('it is');
    return failed(
      row.disabled === '1' ? 'it is switched off' : 'the rows of before were never checked (NOCHECK)',
      `ALTER TABLE ${quoted} WITH CHECK CHECK CONSTRAINT after repairing the rows`,
    );
  },
};
