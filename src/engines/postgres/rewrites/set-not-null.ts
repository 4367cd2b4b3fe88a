import { splitName } from '../quote.ts';
import { type Replacement, type UnsafeAction, written } from './unsafe.ts';

/** SET NOT NULL → a check that is validated beside readers and writers; SET NOT NULL takes it for proof. */
export function setNotNull(action: UnsafeAction): Replacement | null {
  const column = action.command.name;
  if (action.command.subtype !== 'AT_SetNotNull' || column === undefined) return null;
  if (!action.rules.has('set-not-null-scan')) return null;
  return {
    statements: provenNotNull(action, column),
    why: 'rows are read while the table is read and written, and SET NOT NULL need not read them again',
  };
}

/** The four statements that make a column NOT NULL without reading rows under an exclusive lock. */
export function provenNotNull(
  { prefix, table, parser }: Pick<UnsafeAction, 'prefix' | 'table' | 'parser'>,
  column: string,
): string[] {
  const check = written(parser, checkName(splitName(table).at(-1) ?? '', column));
  const name = written(parser, column);
  return [
    `${prefix} ADD CONSTRAINT ${check} CHECK (${name} IS NOT NULL) NOT VALID`,
    `${prefix} VALIDATE CONSTRAINT ${check}`,
    `${prefix} ALTER COLUMN ${name} SET NOT NULL`,
    `${prefix} DROP CONSTRAINT ${check}`,
  ];
}

/** NAMEDATALEN - 1: what the server keeps of a name, in bytes. */
const longestName = 63;
const ending = '_is_set';

/** Not `…_not_null`: PostgreSQL 18 gives that name to the constraint which stays. */
function checkName(table: string, column: string): string {
  let name = `${table}_${column}`;
  while (Buffer.byteLength(name + ending) > longestName) name = [...name].slice(0, -1).join('');
  return name + ending;
}
