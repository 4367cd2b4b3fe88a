import type { LintFinding, LintReport } from '../../core/analysis/lint/report.ts';
import { docsOf } from '../../core/analysis/rule.ts';

/**
 * One JSON value with every fact that the text shows.
 * @param pageOf a rule, where it is not PostgreSQL’s or every engine’s
 */
export function lintJson({ files, findings, silenced, known }: LintReport, pageOf = docsOf) {
  const asJson = (finding: LintFinding) => factsOf(finding, pageOf(finding.rule));
  return {
    format: 1,
    files: files.map(({ path, statements }) => ({ path, statements: statements.length })),
    findings: findings.map(asJson),
    silenced: silenced.map(({ finding, reason }) => ({ ...asJson(finding), reason })),
    baseline: known.map(asJson),
  };
}

const factsOf = (
  { rule, severity, message, remedy, position, end, fingerprint }: LintFinding,
  docs: string,
) => ({
  rule,
  severity,
  message,
  ...(remedy === undefined ? {} : { remedy }),
  path: position.path,
  line: position.line,
  column: position.column,
  endLine: end.line,
  endColumn: end.column,
  docs,
  fingerprint,
});
