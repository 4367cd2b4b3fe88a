import type { LintReport } from '../../core/analysis/lint/report.ts';
import type { Severity } from '../../core/analysis/statement.ts';

const grades: Readonly<Record<Severity, 'blocker' | 'critical' | 'major' | 'info'>> = {
  error: 'blocker',
  danger: 'critical',
  warning: 'major',
  note: 'info',
};

/** GitLab’s code quality report. It takes each fingerprint once, so that repetitions are counted into it. */
export function lintGitlab({ findings }: LintReport) {
  const seen = new Map<string, number>();
  return findings.map(({ rule, severity, message, remedy, position, end, fingerprint }) => {
    const repetition = seen.get(fingerprint) ?? 0;
    seen.set(fingerprint, repetition + 1);
    return {
      description: remedy === undefined ? message : `${message}. Better: ${remedy}`,
      check_name: rule,
      fingerprint: repetition === 0 ? fingerprint : `${fingerprint}-${repetition}`,
      severity: grades[severity],
      location: { path: position.path, lines: { begin: position.line, end: end.line } },
    };
  });
}
