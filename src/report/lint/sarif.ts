import type { LintFinding, LintReport } from '../../core/analysis/lint/report.ts';
import type { Rule } from '../../core/analysis/rule.ts';
import type { Severity } from '../../core/analysis/statement.ts';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  danger: 'error',
  warning: 'warning',
  note: 'note',
};

/** SARIF 2.1.0, which code scanning of GitHub and many editors read. */
export function lintSarif({ findings, silenced }: LintReport, rules: readonly Rule[], version: string) {
  const results = [
    ...findings.map((finding) => result(finding, rules)),
    ...silenced.map(({ finding, reason }) => ({
      ...result(finding, rules),
      suppressions: [{ kind: 'inSource', justification: reason }],
    })),
  ];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Lockkeeper', version, rules: rules.map(describe) } },
        columnKind: 'unicodeCodePoints',
        results,
      },
    ],
  };
}

const describe = ({ id, title, severity, versions, docs }: Rule) => ({
  id,
  shortDescription: { text: title },
  help: { text: `${title} (versions: ${versions}). See ${docs}.` },
  defaultConfiguration: { level: levels[severity] },
});

function result(
  { rule, severity, message, remedy, position, end, fingerprint }: LintFinding,
  rules: readonly Rule[],
) {
  const index = rules.findIndex(({ id }) => id === rule);
  return {
    ruleId: rule,
    ...(index < 0 ? {} : { ruleIndex: index }),
    level: levels[severity],
    message: { text: remedy === undefined ? message : `${message}. Better: ${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(position.path) },
          region: {
            startLine: position.line,
            startColumn: position.column,
            endLine: end.line,
            endColumn: end.column,
          },
        },
      },
    ],
    partialFingerprints: { 'lockkeeper/v1': fingerprint },
  };
}
