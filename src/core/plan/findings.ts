import { type Finding, type Statement, sameName } from '../analysis/statement.ts';
import type { Problem } from '../errors.ts';
import type { BackfillSpec } from '../manifest/manifest.ts';
import type { Migration } from '../migration.ts';
import type { AnalyzedMigration } from './build.ts';
import type { Direction } from './plan.ts';
import { outOfReach, type StatementGroup, titleOf } from './steps.ts';
import { downGroups } from './undo.ts';

/** What is found in the statements that are to run, and what forbids going down in those that would take them back. */
export function findingsOf(
  migration: Migration,
  direction: Direction,
  analyzed: AnalyzedMigration,
): readonly Finding[] {
  const backfills = direction === 'up' ? (migration.manifest?.backfills ?? []) : [];
  const forward = [...analyzed.expand, ...analyzed.contract].flatMap((group) => group.statements);
  const down = analyzed.down ?? [];
  return withoutDuplicates([
    ...forward.flatMap((statement) => statement.findings),
    ...down.flatMap((statement) => statement.findings).filter((finding) => finding.severity === 'error'),
    ...rolledBackScripts([...forward, ...down]),
    ...settingsOutOfReach([...analyzed.expand, ...analyzed.contract, ...downGroups(down)]),
    ...neverMatchingBackfills(backfills, analyzed.expand),
  ]);
}

/** The findings for which no plan is made. */
export const refusals = (migration: Migration, findings: readonly Finding[]): Problem[] =>
  findings.filter((finding) => finding.severity === 'error').map(asProblem(migration));

const asProblem =
  (migration: Migration) =>
  (finding: Finding): Problem => ({
    file: finding.position?.path ?? migration.up?.path ?? migration.version,
    ...(finding.position === undefined
      ? {}
      : { line: finding.position.line, column: finding.position.column }),
    message: finding.message,
    ...(finding.remedy === undefined ? {} : { expected: finding.remedy }),
  });

/**
 * A backfill that looks for NULL in a column that the same migration adds with a default never matches a
 * row, reports success, and leaves every row with the default.
 */
function neverMatchingBackfills(
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
          severity: isConjunction(backfill.where) ? 'error' : 'warning',
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

/** Without OR, NOT and CASE each part of a condition has to hold, so that one that never does decides. */
const isConjunction = (where = ''): boolean =>
  !/\b(or|not|case)\b/i.test(where.replaceAll(/\bis\s+not\b/gi, ''));

/** A script that takes back its own work: Lockkeeper commits each step, so that it would stay. */
function rolledBackScripts(statements: readonly Statement[]): Finding[] {
  return statements
    .filter((statement) => statement.kind === 'rollback')
    .map((statement) => ({
      rule: 'rollback-in-script',
      severity: 'error',
      message: `${statement.verb} would take back what stands before it, but Lockkeeper commits each step`,
      remedy: 'take it out of the script, together with the statements that are not meant to stay',
      position: statement.position,
    }));
}

/** What ends with its transaction does not hold for a statement outside any. */
function settingsOutOfReach(groups: readonly StatementGroup[]): Finding[] {
  return outOfReach(groups).map(({ statement, lost }) => ({
    rule: 'setting-out-of-reach',
    severity: 'error',
    message: `${lost.verb} holds for one transaction, and what comes after it runs outside any: ${titleOf([statement])}`,
    remedy:
      lost.verb === 'SET LOCAL'
        ? 'say SET without LOCAL; or put it between BEGIN and COMMIT, with the statements that it is meant for'
        : 'leave it out; or put it between BEGIN and COMMIT, with the statements that it is meant for',
    position: lost.position,
  }));
}

/** The same finding at the same place is said once. */
function withoutDuplicates(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const place = finding.position;
    const key = `${finding.rule}|${place?.path}|${place?.line}|${place?.column}|${finding.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
