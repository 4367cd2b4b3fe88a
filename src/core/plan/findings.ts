import type { Finding } from '../analysis/statement.ts';
import type { Problem } from '../errors.ts';
import type { Migration } from '../migration.ts';
import type { AnalyzedMigration } from './build.ts';
import type { Direction } from './plan.ts';
import { migrationRules } from './rules/all.ts';
import { downGroups } from './undo.ts';

/** What is found in the statements that are to run, and what forbids going down in those that would take them back. */
export function findingsOf(
  migration: Migration,
  direction: Direction,
  analyzed: AnalyzedMigration,
): readonly Finding[] {
  const backfills = direction === 'up' ? (migration.manifest?.backfills ?? []) : [];
  const { expand, contract } = analyzed;
  const forward = [...expand, ...contract].flatMap((group) => group.statements);
  const down = analyzed.down ?? [];
  const subject = {
    // Its manifest speaks of the way up.
    migration: direction === 'up' ? migration : { ...migration, manifest: null },
    backfills,
    expand,
    contract,
    down: downGroups(down),
  };
  return withoutDuplicates([
    ...forward.flatMap((statement) => statement.findings),
    ...down.flatMap((statement) => statement.findings).filter((finding) => finding.severity === 'error'),
    ...migrationRules.flatMap(({ find }) => find(subject)),
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
    ...(finding.remedy === undefined ? {} : { remedy: finding.remedy }),
  });

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
