import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBlank, lex, UnfinishedText } from '../../../../src/engines/sqlserver/analysis/lexer.ts';

const shown = (text: string, quotedIdentifier?: boolean) =>
  lex(text, quotedIdentifier)
    .filter((token) => !isBlank(token))
    .map(({ kind, value }) => `${kind} ${value}`);

describe('T-SQL tokens', () => {
  it.each<[string, string, readonly string[]]>([
    ['words and signs', 'select a<>1', ['word SELECT', 'word A', 'sign <>', 'number 1']],
    ['texts with doubled quotes', `N'it''s' 'a--b'`, [`text it's`, 'text a--b']],
    ['a word that only begins with N', `NAME`, ['word NAME']],
    ['a backslash that escapes nothing', `'a\\' b`, ['text a\\', 'word B']],
    ['names in brackets', '[a]]b].[select]', ['name a]b', 'sign .', 'name select']],
    ['names in double quotes', '"a""b"', ['name a"b']],
    ['nested comments', '/* a /* b */ c */ d', ['word D']],
    ['a comment mark in a comment of the other kind', '-- /* a\nb', ['word B']],
    ['a quote in a comment', "-- it's\nb /* ' */ c", ['word B', 'word C']],
    [
      'numbers',
      '1 1.5 .5e-3 0xAF $4',
      ['number 1', 'number 1.5', 'number .5e-3', 'number 0xAF', 'number $4'],
    ],
    ['variables', '@a @@ROWCOUNT', ['variable @a', 'variable @@ROWCOUNT']],
    ['temporary names', '#t ##g', ['word #T', 'word ##G']],
    ['pseudo columns', '$action', ['word $ACTION']],
    ['letters of any script', 'größe имя', ['word GRÖSSE', 'word ИМЯ']],
    ['compound signs', '+= !< ::', ['sign +=', 'sign !<', 'sign ::']],
  ])('reads %s', (_, text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it('takes double quotes for what QUOTED_IDENTIFIER says at their place', () => {
    expect(shown('"a"', false)).toEqual(['text a']);
    expect(shown('SET QUOTED_IDENTIFIER OFF "a"').at(-1)).toBe('text a');
    expect(shown('SET ANSI_NULLS, QUOTED_IDENTIFIER OFF "a"').at(-1)).toBe('text a');
    expect(shown('SET QUOTED_IDENTIFIER OFF\nGO\nSET QUOTED_IDENTIFIER ON "a"').at(-1)).toBe('name a');
    expect(shown('UPDATE t SET a = QUOTED_IDENTIFIER, b = 1; SET NOCOUNT OFF "a"').at(-1)).toBe('name a');
  });

  it.each<[string, string, number]>([
    ['a text', `a 'b`, 2],
    ['a text with N', `a N'b`, 2],
    ['brackets', 'a [b]]', 2],
    ['a double quote', 'a "b', 2],
    ['an inner comment', 'a /* /* */', 2],
  ])('says where %s begins that does not end', (_, text, at) => {
    expect(() => lex(text)).toThrow(expect.objectContaining({ name: 'UnfinishedText', at }));
  });

  it('loses no character of any text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "'",
        "N'",
        '"',
        '[',
        ']',
        '/*',
        '*/',
        '--',
        '\n',
        'GO',
        '@',
        '#',
        '$',
        '0x',
        '1.',
        'e',
        ' ',
        '\\',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.boolean(), (pieces, quoted) => {
        const text = pieces.join('');
        try {
          const tokens = lex(text, quoted);
          expect(tokens.map(({ raw }) => raw).join('')).toBe(text);
          expect(tokens.every(({ raw, start, end }) => raw !== '' && text.slice(start, end) === raw)).toBe(
            true,
          );
        } catch (error) {
          if (!(error instanceof UnfinishedText)) throw error;
          expect(error.at).toBeLessThan(text.length);
        }
      }),
      { numRuns: 400 },
    );
  });
});
