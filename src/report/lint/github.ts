import type { LintFinding, LintReport } from '../../core/analysis/lint/report.ts';
import type { Severity } from '../../core/analysis/statement.ts';

const commands: Readonly<Record<Severity, 'error' | 'warning' | 'notice'>> = {
  error: 'error',
  danger: 'error',
  warning: 'warning',
  note: 'notice',
};

/** Workflow commands of GitHub Actions: each finding is shown beside its line of the pull request. */
export const renderLintGithub = ({ findings }: LintReport): string => findings.map(command).join('\n');

function command({ rule, severity, message, remedy, position, end }: LintFinding): string {
  const properties = [
    `file=${property(position.path)}`,
    `line=${position.line}`,
    `endLine=${end.line}`,
    // Columns are taken only within one line.
    ...(end.line === position.line ? [`col=${position.column}`, `endColumn=${end.column - 1}`] : []),
    `title=${property(rule)}`,
  ];
  return `::${commands[severity]} ${properties.join(',')}::${data(remedy === undefined ? message : `${message}\nbetter: ${remedy}`)}`;
}

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
