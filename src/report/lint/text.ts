import { type LintFinding, type LintReport, severities } from '../../core/analysis/lint/report.ts';
import { docsOf } from '../../core/analysis/rule.ts';
import type { Severity } from '../../core/analysis/statement.ts';
import { type Paint, plainPaint } from '../paint.ts';
import { place, plural } from '../words.ts';

/**
 * For a person at a terminal: each finding with the line it is about.
 * @param pageOf a rule, where it is not PostgreSQL’s or every engine’s
 */
export function renderLintText(report: LintReport, paint: Paint = plainPaint, pageOf = docsOf): string {
  const texts = new Map(report.files.map(({ path, text }) => [path, text.split('\n')]));
  const blocks = report.findings.map((finding) =>
    [
      ...block(finding, texts.get(finding.position.path) ?? [], paint),
      paint.dim(`  ${pageOf(finding.rule)}`),
    ].join('\n'),
  );
  return [...blocks, summary(report, paint)].join('\n\n');
}

function block(finding: LintFinding, lines: readonly string[], paint: Paint): readonly string[] {
  const { severity, rule, position, message, remedy } = finding;
  const colour = colourOf(severity, paint);
  return [
    `${colour(severity)} ${paint.bold(rule)} ${paint.dim(place(position))}`,
    `  ${message}`,
    ...excerpt(finding, lines, paint),
    ...(remedy === undefined ? [] : [`  better: ${remedy}`]),
  ];
}

/** Lines of a statement that are shown; the rest is counted. */
const SHOWN_LINES = 6;

/** The first lines of the statement, with carets under what belongs to it. */
function excerpt({ position, end, severity }: LintFinding, lines: readonly string[], paint: Paint): string[] {
  const last = Math.min(end.line, position.line + SHOWN_LINES - 1);
  const gutter = String(last).length;
  const shown: string[] = [];
  for (let line = position.line; line <= last; line++) {
    const text = plainLine(lines[line - 1] ?? '');
    const from = line === position.line ? position.column - 1 : indentOf(text);
    const to = line === end.line ? end.column - 1 : [...text].length;
    shown.push(`  ${paint.dim(`${String(line).padStart(gutter)} |`)} ${text}`.trimEnd());
    if (to <= from) continue;
    const carets = `${' '.repeat(from)}${'^'.repeat(to - from)}`;
    shown.push(`  ${paint.dim(`${' '.repeat(gutter)} |`)} ${colourOf(severity, paint)(carets)}`);
  }
  const more = end.line - last;
  const rest = `  ${paint.dim(`${' '.repeat(gutter)} | … and ${plural(more, 'more line')}`)}`;
  return more > 0 ? [...shown, rest] : shown;
}

/** Control characters would move the cursor; each becomes one blank, so that columns stay. */
const plainLine = (line: string): string =>
  [...line]
    .map((character) => (/\p{Cc}/u.test(character) ? ' ' : character))
    .join('')
    .trimEnd();

const indentOf = (line: string): number => line.length - line.trimStart().length;

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
