import { type Finding, sameName } from '../analysis/statement.ts';
import type { BackfillSpec } from '../manifest/manifest.ts';
import type { StatementGroup } from './steps.ts';

/**
 * A backfill that looks for NULL in a column that the same migration adds with a default never matches a
 * row, reports success, and leaves every row with the default.
 */
export function neverMatchingBackfills(
  backfills: readonly BackfillSpec[],
  expand: readonly StatementGroup[],
): Finding[] {
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
          rule: 'backfill-never-matches',
          severity: 'error',
          message: `the backfill of ${backfill.table.value} looks for ${column.name} IS NULL, but the column is added with a default: no row would ever match and every row would keep the default`,
          remedy: `add ${column.name} without a default and set the default after the backfill`,
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

/** The same finding at the same place is said once. */
export function withoutDuplicates(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const place = finding.position;
    const key = `${finding.rule}|${place?.path}|${place?.line}|${place?.column}|${finding.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
