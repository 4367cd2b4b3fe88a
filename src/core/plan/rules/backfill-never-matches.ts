import { defineRule } from '../../analysis/rule.ts';
import { type Finding, type SchemaObject, type Statement, sameName } from '../../analysis/statement.ts';
import { type Subject, statementsOf } from './subject.ts';

export const rule = defineRule({
  id: 'backfill-never-matches',
  severity: 'error',
  title: 'A backfill looks for NULL where a default has left none',
  versions: 'all',
});

/**
 * A backfill that looks for NULL in a column that the same migration adds with a default never matches a
 * row, reports success, and leaves every row with the default. So does an UPDATE of the script.
 */
export function find({ backfills, expand }: Subject): readonly Finding[] {
  const statements = statementsOf(expand);
  return statements.flatMap((statement, index) =>
    columnsWithDefault(statement).flatMap((column) => [
      ...backfills
        .filter(({ table, where }) => isOf(column, table.value) && looksForNull(where, column.name))
        .map(({ table, where }) => ({
          ...neverMatches('backfill', column, isConjunction(where) ? 'error' : 'warning'),
          position: { path: table.path, line: table.line, column: table.column },
        })),
      ...statements
        .slice(index + 1)
        .filter((later) => isUpdateFor(later, column))
        .map(({ position }) => ({ ...neverMatches('UPDATE', column, 'warning'), position })),
    ]),
  );
}

const columnsWithDefault = ({ effects }: Statement): readonly SchemaObject[] =>
  effects.flatMap((effect) =>
    effect.does === 'create' && effect.object.type === 'column' && effect.withDefault === true
      ? [effect.object]
      : [],
  );

const isOf = (column: SchemaObject, table: string): boolean => sameName(column.table ?? '', table);

/** By its text behind the first WHERE: that it matches nothing for this alone is not proved. */
function isUpdateFor({ verb, text, effects }: Statement, column: SchemaObject): boolean {
  const writes = effects.some((effect) =>
    effect.does === 'write'
      ? isOf(column, effect.table)
      : effect.does === 'alter' && effect.object.type === 'column' && isOf(column, effect.object.table ?? ''),
  );
  const at = text.search(/\bwhere\b/i);
  return verb === 'UPDATE' && writes && at >= 0 && looksForNull(text.slice(at), column.name);
}

const neverMatches = (what: string, { name, table }: SchemaObject, severity: Finding['severity']): Finding =>
  rule.finding(
    `the ${what} of ${table} looks for ${name} IS NULL, but the column is added with a default: no row would ever match and every row would keep the default`,
    `add ${name} without a default and set the default after the backfill`,
    { severity },
  );

function looksForNull(where: string | undefined, column: string): boolean {
  if (where === undefined) return false;
  const escaped = column.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(^|[^\\w])["\\x60[]?${escaped}["\\x60\\]]?\\s+is\\s+null`, 'i').test(where);
}

/** Without OR, NOT and CASE each part of a condition has to hold, so that one that never does decides. */
const isConjunction = (where = ''): boolean =>
  !/\b(or|not|case)\b/i.test(where.replaceAll(/\bis\s+not\b/gi, ''));
