import { defineRule } from '../../analysis/rule.ts';
import { type Finding, sameName } from '../../analysis/statement.ts';
import type { Subject } from './subject.ts';

export const rule = defineRule({
  id: 'backfill-never-matches',
  severity: 'error',
  title: 'A backfill looks for NULL where a default has left none',
  versions: 'all',
});

/**
 * A backfill that looks for NULL in a column that the same migration adds with a default never matches a
 * row, reports success, and leaves every row with the default.
 */
export function find({ backfills, expand }: Subject): readonly Finding[] {
  const withDefault = expand.flatMap((group) =>
    group.statements.flatMap((statement) =>
      statement.effects.flatMap((effect) =>
        effect.does === 'create' && effect.object.type === 'column' && effect.withDefault === true
          ? [effect.object]
          : [],
      ),
    ),
  );
  return backfills.flatMap((backfill) =>
    withDefault
      .filter(
        (column) =>
          sameName(column.table ?? '', backfill.table.value) && looksForNull(backfill.where, column.name),
      )
      .map(
        (column): Finding => ({
          ...rule.finding(
            `the backfill of ${backfill.table.value} looks for ${column.name} IS NULL, but the column is added with a default: no row would ever match and every row would keep the default`,
            `add ${column.name} without a default and set the default after the backfill`,
            { severity: isConjunction(backfill.where) ? 'error' : 'warning' },
          ),
          position: { path: backfill.table.path, line: backfill.table.line, column: backfill.table.column },
        }),
      ),
  );
}

function looksForNull(where: string | undefined, column: string): boolean {
  if (where === undefined) return false;
  const escaped = column.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(^|[^\\w])"?${escaped}"?\\s+is\\s+null`, 'i').test(where);
}

/** Without OR, NOT and CASE each part of a condition has to hold, so that one that never does decides. */
const isConjunction = (where = ''): boolean =>
  !/\b(or|not|case)\b/i.test(where.replaceAll(/\bis\s+not\b/gi, ''));
