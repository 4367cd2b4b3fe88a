import { describe, expect, it } from 'vitest';
import { makeBaseline, parseBaseline, withoutKnown } from '../../../../src/core/analysis/lint/baseline.ts';
import { settle } from '../../../../src/core/analysis/lint/settle.ts';
import type { Finding, Severity, Statement } from '../../../../src/core/analysis/statement.ts';

const path = 'V1.sql';
/** A digest that can be read. */
const plain = (text: string): string => text.replaceAll('\0', '|');

/** A file in which each line of capitals, up to its semicolon, is a statement. */
function lint(text: string, rules: readonly [line: number, rule: string, severity?: Severity][]) {
  const statements = [...text.matchAll(/^[A-Z][^;]*/gm)].map((match) =>
    statementAt(match[0].trimEnd(), match.index),
  );
  function statementAt(content: string, index: number): Statement {
    const line = text.slice(0, index).split('\n').length;
    return {
      text: content,
      position: { path, line, column: 1 },
      verb: '',
      kind: 'schema',
      transactional: true,
      long: false,
      lock: null,
      effects: [],
      destroys: false,
      findings: [],
    };
  }
  const findings = rules.map(
    ([line, rule, severity = 'warning']): Finding => ({
      rule,
      severity,
      message: rule,
      position: { path, line, column: 1 },
    }),
  );
  return settle({ files: [{ path, text, statements }], findings }, plain);
}

const shown = ({ findings }: ReturnType<typeof lint>) =>
  findings.map(({ rule, position }) => `${position.line} ${rule}`);

describe('a silence', () => {
  it.each([
    ['on the line before', '-- lockkeeper:ignore a: known\nDROP x;', 2],
    ['before, with other comments between', '-- lockkeeper:ignore a: known\n-- more\n\nDROP x;', 4],
    ['behind the statement', 'DROP x; -- lockkeeper:ignore a: known', 1],
    ['behind its last line', 'DROP\n  x; -- lockkeeper:ignore a: known\nDROP y;', 1],
    ['in a block comment', '/* lockkeeper:ignore a: known */\nDROP x;', 2],
    ['for several rules', '-- lockkeeper:ignore b, a: known\nDROP x;', 2],
    ['as YAML writes comments', '# lockkeeper:ignore a: known\nbackfill: x', 2],
  ])('holds %s', (_where, text, line) => {
    const found = lint(text, [
      [line, 'a'],
      [line, 'b', 'error'],
    ]);
    expect(shown(found).filter((each) => each.endsWith(' a'))).toEqual([]);
    expect(found.silenced.map(({ reason }) => reason)).toEqual(['known']);
  });

  it.each([
    ['of another statement', 'DROP x;\n-- lockkeeper:ignore a: known\nDROP y;', ['1 a', '2 unused-silence']],
    ['of another rule', '-- lockkeeper:ignore b: known\nDROP x;', ['1 unused-silence', '2 a']],
    ['without a reason', '-- lockkeeper:ignore a\nDROP x;', ['1 silence-without-reason', '2 a']],
    ['with an empty reason', '-- lockkeeper:ignore a: \nDROP x;', ['1 silence-without-reason', '2 a']],
    ['without a rule', '-- lockkeeper:ignore\nDROP x;', ['1 silence-without-reason', '2 a']],
    ['within a statement', "DROP\n'-- lockkeeper:ignore a: b'\n;", ['1 a']],
  ])('does not hold %s', (_where, text, found) => {
    const line = text.split('\n').findIndex((content) => content.startsWith('DROP')) + 1;
    expect(shown(lint(text, [[line, 'a']]))).toEqual(found);
  });

  it('at the end of a file, with nothing behind it, is unused', () => {
    expect(shown(lint('DROP x;\n-- lockkeeper:ignore a: known\n', []))).toEqual(['2 unused-silence']);
  });

  it('never holds for an error', () => {
    const found = lint('-- lockkeeper:ignore a: known\nDROP x;', [[2, 'a', 'error']]);
    expect(shown(found)).toEqual(['1 unused-silence', '2 a']);
    expect(found.findings[0]?.message).toContain('cannot be silenced');
  });
});

describe('a finding', () => {
  it('reaches to the end of its statement', () => {
    const [finding] = lint('DROP\n  x;', [[1, 'a']]).findings;
    expect(finding?.end).toEqual({ line: 2, column: 4 });
  });

  it('without a statement reaches to the end of its line', () => {
    const [finding] = lint('backfill: é', [[1, 'a']]).findings;
    expect(finding?.end).toEqual({ line: 1, column: 12 });
  });
});

describe('a baseline', () => {
  const before = lint('DROP x;\nDROP x;\nDROP y;', [
    [1, 'a'],
    [2, 'a'],
    [3, 'b', 'error'],
  ]);
  const baseline = parseBaseline('known.json', JSON.stringify(makeBaseline(before.findings)));

  it('counts equal findings and leaves errors out', () => {
    expect(baseline.findings).toEqual([{ rule: 'a', path, fingerprint: 'a|V1.sql|DROP x', count: 2 }]);
  });

  it('passes over what it knows, wherever that has moved to, and over no more', () => {
    const after = lint('\n\nDROP   x;\nDROP x;\nDROP x;\nDROP z;', [
      [3, 'a'],
      [4, 'a'],
      [5, 'a'],
      [6, 'a'],
    ]);
    const report = withoutKnown(after, baseline);
    expect(shown(report)).toEqual(['5 a', '6 a']);
    expect(report.known).toHaveLength(2);
  });

  it('never passes over an error', () => {
    const report = withoutKnown(before, {
      format: 1,
      findings: [{ rule: 'b', path, fingerprint: 'b|V1.sql|DROP y', count: 1 }],
    });
    expect(shown(report)).toEqual(['1 a', '2 a', '3 b']);
  });

  it.each(['', '{', '{"format":2,"findings":[]}', '[]'])('is refused when it is none: %s', (text) => {
    expect(() => parseBaseline('known.json', text)).toThrow('the baseline cannot be read');
  });
});
