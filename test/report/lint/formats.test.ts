import { describe, expect, it } from 'vitest';
import type { LintReport } from '../../../src/core/analysis/lint/report.ts';
import { defineRule } from '../../../src/core/analysis/rule.ts';
import { renderLintGithub } from '../../../src/report/lint/github.ts';
import { lintGitlab } from '../../../src/report/lint/gitlab.ts';
import { lintJson } from '../../../src/report/lint/json.ts';
import { lintSarif } from '../../../src/report/lint/sarif.ts';
import { renderLintText } from '../../../src/report/lint/text.ts';

const path = 'db/a, b/V1.sql';
const finding = {
  rule: 'lock-table',
  severity: 'danger',
  message: '100 % locked',
  remedy: 'Leave it out.',
  position: { path, line: 2, column: 3 },
  end: { line: 2, column: 13 },
  fingerprint: 'f1',
} as const;
const longer = { ...finding, severity: 'note', end: { line: 8, column: 2 } } as const;
const report: LintReport = {
  files: [{ path, text: 'SELECT 1;\n  LOCK TABLE\tt;\n\n    t,\n5\n6\n7\n8', statements: [] }],
  findings: [finding, longer],
  silenced: [{ finding, reason: 'known' }],
  known: [finding],
};

it('the text shows the line, with carets under what it is about', () => {
  expect(renderLintText(report)).toBe(`danger lock-table db/a, b/V1.sql:2:3
  100 % locked
  2 |   LOCK TABLE t;
    |   ^^^^^^^^^^
  better: Leave it out.
  docs/rules/lock-table.md

note lock-table db/a, b/V1.sql:2:3
  100 % locked
  2 |   LOCK TABLE t;
    |   ^^^^^^^^^^^^^
  3 |
  4 |     t,
    |     ^^
  5 | 5
    | ^
  6 | 6
    | ^
  7 | 7
    | ^
    | … and 1 more line
  better: Leave it out.
  docs/rules/lock-table.md

1 file, 0 statements: 1 in danger of losing something, 1 note (1 silenced, 1 in the baseline)`);
});

it('GitHub’s commands escape what they would take for their own', () => {
  expect(renderLintGithub(report).split('\n')).toEqual([
    '::error file=db/a%2C b/V1.sql,line=2,endLine=2,col=3,endColumn=12,title=lock-table::100 %25 locked%0Abetter: Leave it out.',
    '::notice file=db/a%2C b/V1.sql,line=2,endLine=8,title=lock-table::100 %25 locked%0Abetter: Leave it out.',
  ]);
});

it('GitLab gets every fingerprint once', () => {
  const issues = lintGitlab(report);
  expect(issues.map(({ fingerprint, severity }) => [fingerprint, severity])).toEqual([
    ['f1', 'critical'],
    ['f1-1', 'info'],
  ]);
  expect(issues[0]?.location).toEqual({ path, lines: { begin: 2, end: 2 } });
});

describe('SARIF', () => {
  const rule = defineRule({
    id: 'lock-table',
    severity: 'warning',
    title: 'A lock is held',
    versions: 'all',
  });
  const [run] = lintSarif(report, [rule], '1.2.3').runs;

  it('names each rule once and refers to it', () => {
    expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(['lock-table']);
    expect(run?.results.map((result) => [result.ruleIndex, result.level])).toEqual([
      [0, 'error'],
      [0, 'note'],
      [0, 'error'],
    ]);
  });

  it('says where, and why something was silenced', () => {
    expect(run?.results[0]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'db/a,%20b/V1.sql' },
      region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 13 },
    });
    expect(run?.results[2]).toMatchObject({ suppressions: [{ kind: 'inSource', justification: 'known' }] });
  });
});

it('JSON has all of it', () => {
  const value = lintJson(report);
  expect(value.findings).toHaveLength(2);
  expect(value.silenced[0]).toMatchObject({ rule: 'lock-table', reason: 'known' });
  expect(value.baseline[0]).toMatchObject({ path, line: 2, endColumn: 13, docs: 'docs/rules/lock-table.md' });
});
