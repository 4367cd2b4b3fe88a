import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { lint as lintAll, type ReadFacts } from '../../app/lint.ts';
import type { Clock } from '../../app/ports/clock.ts';
import { plainEffects } from '../../app/ports/effects.ts';
import type { Engine } from '../../app/ports/engine.ts';
import {
  type LintBaseline,
  makeBaseline,
  parseBaseline,
  withoutKnown,
} from '../../core/analysis/lint/baseline.ts';
import { isAtLeast, type LintReport } from '../../core/analysis/lint/report.ts';
import { settle } from '../../core/analysis/lint/settle.ts';
import { pagesOf, type Rule } from '../../core/analysis/rule.ts';
import { fileRules } from '../../core/analysis/rules/all.ts';
import { rule as syntaxErrorRule } from '../../core/analysis/rules/syntax-error.ts';
import type { Severity } from '../../core/analysis/statement.ts';
import type { EngineName } from '../../core/ids.ts';
import type { FolderFormat } from '../../core/migration.ts';
import { migrationRules } from '../../core/plan/rules/all.ts';
import { createEngines } from '../../engines/registry.ts';
import { rulesOf } from '../../engines/rules.ts';
import { renderLintGithub } from '../../report/lint/github.ts';
import { lintGitlab } from '../../report/lint/gitlab.ts';
import { lintJson } from '../../report/lint/json.ts';
import { lintSarif } from '../../report/lint/sarif.ts';
import { renderLintText } from '../../report/lint/text.ts';
import { paintFor } from '../../report/paint.ts';
import { parseDatabaseUrl, type UrlTarget } from '../database-url.ts';
import { writeNamedFile } from '../files.ts';
import { type ExitCode, exitCodes, foldFor, type Output } from '../output.ts';
import { connectToUrl } from '../url-connection.ts';
import { readLintSources } from './lint-sources.ts';

export const lintFormats = ['text', 'json', 'sarif', 'github', 'gitlab'] as const;

export interface LintOptions {
  readonly paths: readonly string[];
  readonly format: (typeof lintFormats)[number];
  readonly failOn: Severity;
  readonly engine: EngineName;
  readonly readAs?: FolderFormat | undefined;
  readonly databaseUrl?: string | undefined;
  readonly baseline?: string | undefined;
  readonly writeBaseline: boolean;
  /** Of this program, for the report. */
  readonly version: string;
}

/** Says what would hurt in SQL files, without a database or with what one knows. */
export async function lint(
  options: LintOptions,
  output: Output,
  clock: Clock,
  signal: AbortSignal,
): Promise<ExitCode> {
  const baseline = await readBaseline(options);
  const url = options.databaseUrl === undefined ? null : parseDatabaseUrl(options.databaseUrl, process.env);
  const engineName = url?.target.engine ?? options.engine;
  const sources = await readLintSources(options.paths, options.readAs, engineName);
  const engine = createEngines({ effects: plainEffects, clock })(engineName);
  const input = await lintAll(engine, sources, url === null ? undefined : factsFrom(engine, url, signal));
  const settled = settle(input, sha256);
  if (options.writeBaseline && options.baseline !== undefined) {
    const written = makeBaseline(settled.findings);
    await writeNamedFile(options.baseline, `${JSON.stringify(written, null, 2)}\n`, '--baseline');
    output.say(
      `${options.baseline} now holds ${settled.findings.length} findings, which later runs pass over`,
    );
    output.emit({ baseline: options.baseline, findings: settled.findings.length });
    return exitCodes.done;
  }
  const report = withoutKnown(settled, baseline);
  process.stdout.write(`${render(report, allRules(engineName), options)}\n`);
  if (
    options.format === 'text' &&
    url === null &&
    report.findings.some(({ rule }) => rule === syntaxErrorRule.id)
  ) {
    output.say(`Read as the SQL of ${engineName}; for that of another server: --engine`);
  }
  const failed = report.findings.some(({ severity }) => isAtLeast(severity, options.failOn));
  return failed ? exitCodes.findings : exitCodes.done;
}

async function readBaseline({ baseline, writeBaseline }: LintOptions): Promise<LintBaseline | null> {
  if (baseline === undefined || writeBaseline) return null;
  return parseBaseline(baseline, await readFile(baseline, 'utf8'));
}

/** Looks at the database over one session that changes nothing. */
function factsFrom(engine: Engine, url: UrlTarget, signal: AbortSignal): ReadFacts {
  return async (tables) => {
    const database = await connectToUrl(engine, url, 'lint', signal);
    try {
      return await database.facts(tables);
    } finally {
      await database.close();
    }
  };
}

function render(report: LintReport, rules: readonly Rule[], { format, version }: LintOptions): string {
  switch (format) {
    case 'text':
      return foldFor(process.stdout, renderLintText(report, paintFor(process.stdout), pagesOf(rules)));
    case 'github':
      return renderLintGithub(report);
    case 'json':
      return JSON.stringify(lintJson(report, pagesOf(rules)), null, 2);
    case 'gitlab':
      return JSON.stringify(lintGitlab(report), null, 2);
    case 'sarif':
      return JSON.stringify(lintSarif(report, rules, version), null, 2);
    default:
      return format satisfies never;
  }
}

const allRules = (engine: EngineName): readonly Rule[] => [
  ...rulesOf(engine),
  ...[...migrationRules, ...fileRules].map(({ rule }) => rule),
];

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
