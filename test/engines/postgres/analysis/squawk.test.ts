import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../../../../src/engines/postgres/analysis/analyze.ts';
import { ruleTables } from '../../rule-table.ts';
import { squawk, squawkRules } from './squawk.ts';
import { otherwise, squawkCases } from './squawk-cases.ts';

const readme = readFileSync(join(import.meta.dirname, '../../../../docs/rules/README.md'), 'utf8');

/** The cells of the tables of a section, without their heads. */
function rowsOf(section: string): readonly (readonly string[])[] {
  const text = readme.split('\n## ').find((part) => part.startsWith(`${section}\n`)) ?? '';
  return text
    .split('\n')
    .filter((line) => /^\| (`|squawk|Lockkeeper)/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

const bare = (text = ''): string => text.replaceAll('`', '');
const linked = (text = ''): readonly string[] =>
  [...text.matchAll(/\[([\w-]+)\]/g)].map(([, rule = '']) => rule);

/** Which of our rules answer each of theirs. */
const answers = new Map(
  rowsOf('squawk')
    .filter(([first]) => first?.startsWith('`'))
    .map(([theirs, ours]) => [bare(theirs), linked(ours)]),
);
const explained = rowsOf('squawk')
  .filter(([first, second]) => !first?.startsWith('`') && second?.startsWith('`'))
  .map(([only, rule]) => `${only}: ${bare(rule)}`);

interface Opinions {
  readonly script: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

let opinions: readonly Opinions[] = [];

beforeAll(async () => {
  const tables = await ruleTables('postgres');
  const scripts = [...new Set([...tables.values()].flatMap(({ finds, passes }) => [...finds, ...passes]))];
  const theirs = await squawk(scripts);
  opinions = await Promise.all(
    scripts.map(async (script, index) => {
      const statements = await analyze({ path: 'V1.sql', text: script });
      const ours = statements.flatMap(({ findings }) => findings.map(({ rule }) => rule));
      return { script, ours, theirs: theirs[index] ?? [] };
    }),
  );
});

describe('squawk’s opinion of our examples', () => {
  it('uses only rules that the table knows', () => {
    const used = new Set(opinions.flatMap(({ theirs }) => theirs));
    expect([...used].filter((rule) => !answers.has(rule))).toEqual([]);
    expect(used.size).toBeGreaterThan(30);
  });

  it('differs from ours exactly where the table explains it', () => {
    const differences = opinions.flatMap(({ ours, theirs }) => [
      ...theirs
        .filter((rule) => (answers.get(rule) ?? []).length > 0)
        .filter((rule) => !answers.get(rule)?.some((answer) => ours.includes(answer)))
        .map((rule) => `squawk: ${rule}`),
      ...ours
        .map((rule) => ({
          rule,
          asked: [...answers].filter(([, all]) => all.includes(rule)).map(([name]) => name),
        }))
        .filter(({ asked }) => asked.length > 0 && !asked.some((name) => theirs.includes(name)))
        .map(({ rule }) => `Lockkeeper: ${rule}`),
    ]);
    expect([...new Set(differences)].toSorted()).toEqual(explained.toSorted());
  });
});

describe('each rule of squawk that ours answers', () => {
  const cases = Object.entries(squawkCases);
  let theirs: readonly (readonly string[])[] = [];
  beforeAll(async () => {
    theirs = await squawk(cases.map(([, sql]) => sql));
  });

  it('has a case here, or a reason', () => {
    const answered = [...answers].filter(([, ours]) => ours.length > 0).map(([name]) => name);
    expect([...Object.keys(squawkCases), ...Object.keys(otherwise)].toSorted()).toEqual(answered.toSorted());
  });

  it.each(cases.map(([rule, sql], index) => ({ rule, sql, index })))(
    '$rule: $sql',
    async ({ rule, sql, index }) => {
      expect(theirs[index]).toContain(rule);
      const statements = await analyze({ path: 'V1.sql', text: sql });
      const ours = statements.flatMap(({ findings }) => findings.map((finding) => finding.rule));
      expect(ours.filter((one) => answers.get(rule)?.includes(one))).not.toEqual([]);
    },
  );
});

describe('the table', () => {
  it('names every rule that the installed squawk has, and no other', async () => {
    expect((await squawkRules([...answers.keys()])).toSorted()).toEqual([...answers.keys()].toSorted());
  });

  it('answers each rule of squawk, or says why none does', () => {
    const open = rowsOf('squawk')
      .filter(([first]) => first?.startsWith('`'))
      .filter(([, ours, why]) => linked(ours).length === 0 && (why ?? '').length < 5);
    expect(open).toEqual([]);
    expect(answers.size).toBe(39);
  });

  it('answers each check of strong_migrations, or says why none does', () => {
    const rows = rowsOf('strong_migrations');
    expect(rows.filter(([, ours, why]) => linked(ours).length === 0 && (why ?? '').length < 5)).toEqual([]);
    expect(rows.length).toBeGreaterThanOrEqual(24);
  });
});
