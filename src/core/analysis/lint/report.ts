import type { Finding, Severity, SourcePosition, Statement } from '../statement.ts';

/** A file that was linted, with the statements that stand in it. */
export interface LintedFile {
  readonly path: string;
  readonly text: string;
  readonly statements: readonly Statement[];
}

/** A finding in its place. */
export interface LintFinding extends Finding {
  readonly position: SourcePosition;
  /** Where what it is about ends; columns count code points, the last one excluded. */
  readonly end: { readonly line: number; readonly column: number };
  /** The same for the same finding in the same statement of the same file, wherever that has moved to. */
  readonly fingerprint: string;
}

export interface LintReport {
  readonly files: readonly LintedFile[];
  /** In the order of files and lines. */
  readonly findings: readonly LintFinding[];
  /** Left out because the author gives a reason. */
  readonly silenced: readonly { readonly finding: LintFinding; readonly reason: string }[];
  /** Left out because the baseline knows them. */
  readonly known: readonly LintFinding[];
}

/** Most severe first. */
export const severities: readonly Severity[] = ['error', 'danger', 'warning', 'note'];

export const isAtLeast = (severity: Severity, least: Severity): boolean =>
  severities.indexOf(severity) <= severities.indexOf(least);
