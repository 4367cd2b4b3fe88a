import { describe, expect, it } from 'vitest';
import { redact } from '../../../src/cli/render/redact.ts';
import { renderTable } from '../../../src/cli/render/table.ts';
import { displayWidth, oneLine, truncate } from '../../../src/cli/render/width.ts';

describe('widths on a terminal', () => {
  it.each([
    ['abc', 3],
    ['', 0],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['👩‍👩‍👧 x', 4],
    ['\u001b[31mred\u001b[39m', 3],
  ])('%j takes %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 4, 'abc…'],
    ['日本語', 4, '日…'],
    ['\u001b[31mabcdef\u001b[39m', 3, '\u001b[31mab…\u001b[39m'],
    ['abc', 0, ''],
  ])('%j cut to %d', (text, width, cut) => {
    expect(truncate(text, width)).toBe(cut);
    expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(width);
  });

  it('control characters do not reach the terminal', () => {
    expect(oneLine('a\n\u001b[2Jb\tc\r')).toBe('a [2Jb c');
  });
});

describe('tables', () => {
  it('align by what is seen', () => {
    expect(
      renderTable(
        ['name', 'rows'],
        [
          ['日本', '5'],
          ['x', '1,000'],
        ],
        ['left', 'right'],
      ),
    ).toBe(['name   rows', '────  ─────', '日本      5', 'x     1,000'].join('\n'));
  });

  it('bear missing cells and line breaks', () => {
    expect(renderTable(['a', 'b'], [['1'], ['x\ny', 'z']])).toBe(
      ['a    b', '───  ─', '1', 'x y  z'].join('\n'),
    );
  });
});

describe('passwords in a text', () => {
  it.each([
    ['postgres://u:secret@h:5432/db?x=1', 'postgres://u:***@h:5432/db?x=1'],
    ['cannot reach postgres://u:s3:c/r@et@h/db now', 'cannot reach postgres://u:***@h/db now'],
    ['"postgres://u:secret@h/db","mail":"a@b"', '"postgres://u:***@h/db","mail":"a@b"'],
    ['postgres://:secret@h/db and mysql://v:secret@i/db', 'postgres://:***@h/db and mysql://v:***@i/db'],
    ['host=h password=secret user=u', 'host=h password=*** user=u'],
    ["password = 'a secret' x", 'password = *** x'],
    ['postgres://h/db?user=u&password=secret&sslmode=x', 'postgres://h/db?user=u&password=***&sslmode=x'],
    ['PGPASSWORD=secret psql', 'PGPASSWORD=*** psql'],
    ['MYSQL_PWD=secret mysql', 'MYSQL_PWD=*** mysql'],
    ['{"username":"u","password":"se\\"cret"}', '{"username":"u","password":"***"}'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
    expect(redact(text)).not.toContain('secret');
    expect(redact(redact(text))).toBe(expected);
  });

  it.each([
    'postgres://u@h/db',
    'see https://example.com:8080/a',
    'password authentication failed for user "u"',
    'arn:aws:rds:x:y@z',
  ])('leaves %s', (text) => expect(redact(text)).toBe(text));
});
