import { type LintFinding, type LintReport, severities } from '../../core/analysis/lint/report.ts';
import { docsOf } from '../../core/analysis/rule.ts';
import type { Severity } from '../../core/analysis/statement.ts';
import { type Paint, plainPaint } from '../paint.ts';
import { place, plural } from '../words.ts';

/** For a person at a terminal: each finding with the line it is about. */
export function renderLintText(report: LintReport, paint: Paint = plainPaint): string {
  const texts = new Map(report.files.map(({ path, text }) => [path, text.split('\n')]));
  const blocks = report.findings.map((finding) =>
    block(finding, texts.get(finding.position.path) ?? [], paint),
  );
  return [...blocks, summary(report, paint)].join('\n\n');
}

function block(finding: LintFinding, lines: readonly string[], paint: Paint): string {
  const { severity, rule, position, message, remedy } = finding;
  const colour = colourOf(severity, paint);
  return [
    `${colour(severity)} ${paint.bold(rule)} ${paint.dim(place(position))}`,
    `  ${message}`,
    ...excerpt(finding, lines, paint),
    ...(remedy === undefined ? [] : [`  better: ${remedy}`]),
    paint.dim(`  ${docsOf(rule)}`),
  ].join('\n');
}

/** The first line of the statement, with carets under what belongs to it. */
function excerpt({ position, end, severity }: LintFinding, lines: readonly string[], paint: Paint): string[] {
  const raw = [...(lines[position.line - 1] ?? '')];
  const shown = raw
    .map((character) => (/\p{Cc}/u.test(character) ? ' ' : character))
    .join('')
    .trimEnd();
  if (shown.trim() === '') return [];
  const from = position.column - 1;
  const to = end.line === position.line ? end.column - 1 : [...shown].length;
  const number = String(position.line);
  const gutter = ' '.repeat(number.length);
  const carets = `${' '.repeat(from)}${'^'.repeat(Math.max(1, to - from))}`;
  const more = end.line - position.line;
  return [
    `  ${paint.dim(`${number} |`)} ${shown}`,
    `  ${paint.dim(`${gutter} |`)} ${colourOf(severity, paint)(carets)}`,
    ...(more > 0 ? [`  ${paint.dim(`${gutter} | … and ${plural(more, 'more line')}`)}`] : []),
  ];
}

function summary({ files, findings, silenced, known }: LintReport, paint: Paint): string {
  const counts = severities
    .map((severity) => ({
      severity,
      many: findings.filter((finding) => finding.severity === severity).length,
    }))
    .filter(({ many }) => many > 0)
    .map(({ severity, many }) => colourOf(severity, paint)(counted(severity, many)));
  const statements = files.reduce((sum, file) => sum + file.statements.length, 0);
  const left = [
    ...(silenced.length > 0 ? [`${silenced.length} silenced`] : []),
    ...(known.length > 0 ? [`${known.length} in the baseline`] : []),
  ];
  const found = counts.length === 0 ? paint.green('nothing found') : counts.join(', ');
  const aside = left.length === 0 ? '' : paint.dim(` (${left.join(', ')})`);
  return `${plural(files.length, 'file')}, ${plural(statements, 'statement')}: ${found}${aside}`;
}

/** `danger` is a word for a kind, not for a thing that is counted. */
const counted = (severity: Severity, many: number): string =>
  severity === 'danger' ? `${many} in danger of losing something` : plural(many, severity);

function colourOf(severity: Severity, paint: Paint): (text: string) => string {
  switch (severity) {
    case 'error':
    case 'danger':
      return paint.red;
    case 'warning':
      return paint.yellow;
    case 'note':
      return paint.dim;
    default:
      return severity satisfies never;
  }
}
