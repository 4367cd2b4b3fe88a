import { all, as } from '../analysis/tree.ts';
import { provenNotNull } from './set-not-null.ts';
import { type Replacement, type UnsafeAction, written } from './unsafe.ts';

const understood: ReadonlySet<string> = new Set(['CONSTR_DEFAULT', 'CONSTR_NOTNULL', 'CONSTR_NULL']);

/** ADD COLUMN with a volatile default → the column, its default for new rows, and a backfill for the others. */
export function volatileDefault(action: UnsafeAction): Replacement | null {
  const { command, prefix, table, rules, slice, end, parser } = action;
  const definition = as(command.def, 'ColumnDef');
  if (command.subtype !== 'AT_AddColumn' || command.missing_ok === true || definition === undefined)
    return null;
  if (!rules.has('volatile-default-rewrite')) return null;
  const constraints = all(definition.constraints, 'Constraint');
  const others = constraints.some(
    ({ contype, conname }) => conname !== undefined || !understood.has(contype ?? ''),
  );
  const position = constraints.findIndex(({ contype }) => contype === 'CONSTR_DEFAULT');
  const from = constraints[position]?.location;
  const [first] = constraints;
  if (others || from === undefined || first?.location === undefined || definition.location === undefined)
    return null;
  const expression = slice(from, constraints[position + 1]?.location ?? end)
    .replace(/^default/i, '')
    .trim();
  const column = written(parser, definition.colname ?? '');
  const isMandatory = constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL');
  return {
    statements: [
      `${prefix} ADD COLUMN ${slice(definition.location, first.location).trim()}`,
      `${prefix} ALTER COLUMN ${column} SET DEFAULT ${expression}`,
    ],
    later: {
      backfills: [
        {
          table,
          set: { [definition.colname ?? '']: expression },
          where: `${column} IS NULL`,
        },
      ],
      contract: isMandatory ? provenNotNull(action, definition.colname ?? '') : [],
    },
    why: 'new rows get their value at once, and those that are there in small batches, without a rewrite',
  };
}
