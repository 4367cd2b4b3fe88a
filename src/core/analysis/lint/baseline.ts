import { z } from 'zod';
import { InputError } from '../../errors.ts';
import type { LintFinding, LintReport } from './report.ts';

/** Findings that were there when linting began: they are passed over, new ones are not. */
export interface LintBaseline {
  readonly format: 1;
  readonly findings: readonly BaselineEntry[];
}

interface BaselineEntry {
  readonly rule: string;
  readonly path: string;
  readonly fingerprint: string;
  /** How many such findings there are, for the same statement may stand in a file twice. */
  readonly count: number;
}

const schema = z.strictObject({
  format: z.literal(1),
  findings: z.array(
    z.strictObject({
      rule: z.string(),
      path: z.string(),
      fingerprint: z.string(),
      count: z.number().int().positive(),
    }),
  ),
});

/** @throws InputError when the text is no baseline */
export function parseBaseline(path: string, text: string): LintBaseline {
  const problem = (message: string): InputError =>
    new InputError(
      'the baseline cannot be read',
      [{ file: path, message, expected: 'what --write-baseline has written' }],
      'write it anew with --write-baseline',
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw problem('this is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw problem(parsed.error.issues[0]?.message ?? 'it has another form');
  return parsed.data;
}

/** A baseline of these findings. Errors are left out: what the server refuses is never accepted. */
export function makeBaseline(findings: readonly LintFinding[]): LintBaseline {
  const entries = new Map<string, BaselineEntry>();
  for (const { rule, position, fingerprint, severity } of findings) {
    if (severity === 'error') continue;
    const count = (entries.get(fingerprint)?.count ?? 0) + 1;
    entries.set(fingerprint, { rule, path: position.path, fingerprint, count });
  }
  return { format: 1, findings: [...entries.values()] };
}

/** Moves what the baseline knows out of the findings. */
export function withoutKnown(report: Omit<LintReport, 'known'>, baseline: LintBaseline | null): LintReport {
  const left = new Map(baseline?.findings.map(({ fingerprint, count }) => [fingerprint, count]));
  const known = report.findings.filter(({ fingerprint, severity }) => {
    const count = left.get(fingerprint) ?? 0;
    if (severity === 'error' || count === 0) return false;
    left.set(fingerprint, count - 1);
    return true;
  });
  const passed = new Set(known);
  return { ...report, findings: report.findings.filter((finding) => !passed.has(finding)), known };
}
