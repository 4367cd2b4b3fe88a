import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settle } from '../../src/core/analysis/lint/settle.ts';
import type { Rule } from '../../src/core/analysis/rule.ts';
import { fileRules } from '../../src/core/analysis/rules/all.ts';
import { migrationRules } from '../../src/core/plan/rules/all.ts';
import { analyze as analyzeMysql } from '../../src/engines/mysql/analysis/analyze.ts';
import { analyze as analyzePostgres } from '../../src/engines/postgres/analysis/analyze.ts';
import { rulesOf } from '../../src/engines/rules.ts';
import { analyze as analyzeSqlServer } from '../../src/engines/sqlserver/analysis/analyze.ts';

const folder = join(import.meta.dirname, '../../docs/rules');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');
const shared = [...migrationRules, ...fileRules].map(({ rule }) => rule);
type Analyze = typeof analyzePostgres | typeof analyzeSqlServer;

/** Each with the analysis that its page’s examples are for. */
const rules: readonly (readonly [docs: string, rule: Rule, analyze: Analyze])[] = [
  ...[...rulesOf('postgres'), ...shared].map((rule) => [rule.docs, rule, analyzePostgres] as const),
  ...rulesOf('mysql').map((rule) => [rule.docs, rule, analyzeMysql] as const),
  ...rulesOf('sqlserver').map((rule) => [rule.docs, rule, analyzeSqlServer] as const),
];

/** The SQL of a page’s section on the safe way. */
function safeWay(page: string): string {
  const section = page.split('\n## ').find((part) => part.startsWith('The safe way')) ?? '';
  return [...section.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql).join('\n');
}

describe.each(rules)('%s', (docs, { id, severity, title }, analyze) => {
  const path = join(folder, '../..', docs);
  const page = existsSync(path) ? readFileSync(path, 'utf8') : '';

  it('has a page that says what hurts, which lock, the safe way, and how to silence it', () => {
    expect(page).toContain(`# ${id}\n`);
    expect(page).toContain(`${title}. Severity: ${severity}.`);
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([
      'What hurts',
      'Lock',
      'The safe way',
      'Silence',
    ]);
  });

  it('has its row in the list', () => {
    const link = docs.replace('docs/rules/', '');
    expect(readme).toContain(`| [${id}](${link}) | ${severity} | ${title} |`);
  });

  it('is not found in its own safe way', async () => {
    const source = { path: 'safe.sql', text: safeWay(page) };
    const statements = await analyze(source);
    const findings = statements.flatMap((statement) => statement.findings);
    const { findings: left } = settle({ files: [{ ...source, statements }], findings }, (text) => text);
    expect(left.filter((finding) => finding.rule === id || finding.severity === 'error')).toEqual([]);
  });
});

it('every page belongs to a rule', () => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const pages = names.filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(pages.map((name) => `docs/rules/${name}`).toSorted()).toEqual(
    rules.map(([docs]) => docs).toSorted(),
  );
});

it('no link of the list leads nowhere', () => {
  const targets = [...readme.matchAll(/\]\(([\w/-]+\.md)\)/g)].map(([, target = '']) => target);
  expect(targets.filter((target) => !existsSync(join(folder, target)))).toEqual([]);
});
