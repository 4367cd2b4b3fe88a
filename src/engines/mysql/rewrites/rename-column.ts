import { tokensOf } from '../analysis/tokens.ts';
import { literal, splitName } from '../quote.ts';
import { type Replacement, type WrittenAction, written } from './actions.ts';

/**
 * CHANGE a b … NOT NULL → b beside a, each kept as the other while old and new code run, and a dropped when the old code
 * is gone. Only where no NULL can be meant, which the two could not tell from a value that is not there yet; and where
 * nothing is built on a that would go with it, for which a check looks.
 */
export function renameColumn({ action, text, prefix, table }: WrittenAction): Replacement | null {
  if (action.does !== 'change-column' || action.hedged) return null;
  const { column, from } = action;
  const isPlain =
    !column.nullable && column.standard === null && column.generated === null && !column.autoIncrement;
  const isAlone =
    !column.unique && !column.primary && column.references === null && column.checks.length === 0;
  if (column.name.toLowerCase() === from.toLowerCase() || column.placed || !isPlain || !isAlone) return null;
  const definition = definitionIn(text, column.name);
  const loose = withoutNotNull(definition);
  if (loose === null) return null;
  const [a, b] = [written(from), written(column.name)];
  const copies = { keepCurrent: true, table } as const;
  return {
    statements: [`${prefix} ADD COLUMN ${b} ${loose} AFTER ${a}`],
    later: {
      backfills: [
        { ...copies, set: { [column.name]: a }, where: `${b} IS NULL` },
        { ...copies, set: { [from]: b }, where: `${a} IS NULL` },
      ],
      checks: { before: [{ no_nulls: { table, columns: [from] } }, nothingOn(table, from)], after: [] },
      contract: [`${prefix} MODIFY ${b} ${definition}, DROP COLUMN ${a}`],
      contractAfter: 'deployment',
    },
    why: 'both names are read and written until the new code is out',
  };
}

/** What stands behind the new name in `CHANGE [COLUMN] a b …`. */
function definitionIn(text: string, name: string): string {
  const [change, second, third, fourth] = tokensOf(text);
  const isNamed = second?.kind === 'word' && second.value === 'COLUMN' && fourth !== undefined;
  const to = isNamed && change !== undefined && spelledAs(fourth, name) ? fourth : third;
  return text.slice(to?.end ?? 0).trim();
}

const spelledAs = ({ raw, value }: { readonly raw: string; readonly value: string }, name: string): boolean =>
  raw === name || value === name;

function withoutNotNull(definition: string): string | null {
  const tokens = tokensOf(definition);
  const at = tokens.findIndex(({ value }, index) => value === 'NOT' && tokens[index + 1]?.value === 'NULL');
  const [not, none] = [tokens[at], tokens[at + 1]];
  if (not === undefined || none === undefined) return null;
  return `${definition.slice(0, not.start).trim()} ${definition.slice(none.end).trim()}`.trim();
}

/** Indexes and foreign keys of the old column would go with it. */
function nothingOn(table: string, column: string): Readonly<Record<string, object>> {
  const parts = splitName(table);
  const schema = parts.length > 1 ? literal(parts[0] ?? '') : 'DATABASE()';
  const [name, of] = [literal(parts.at(-1) ?? ''), literal(column)];
  const query = `SELECT index_name FROM information_schema.statistics
WHERE table_schema = ${schema} AND table_name = ${name} AND column_name = ${of}
UNION ALL SELECT constraint_name FROM information_schema.key_column_usage
WHERE (table_schema = ${schema} AND table_name = ${name} AND column_name = ${of})
  OR (referenced_table_schema = ${schema} AND referenced_table_name = ${name} AND referenced_column_name = ${of})`;
  return { sql: { name: `no index or foreign key is made of ${column}`, query, expect: 'no_rows' } };
}
