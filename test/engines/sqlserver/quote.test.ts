import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lex } from '../../../src/engines/sqlserver/analysis/lexer.ts';
import {
  joinName,
  literal,
  quoteIdentifier,
  quoteTable,
  splitName,
} from '../../../src/engines/sqlserver/quote.ts';

describe('quoting', () => {
  it.each([
    ['users', '[users]'],
    ['dbo.users', '[dbo].[users]'],
    ['dbo.[odd.na]]me]', '[dbo].[odd.na]]me]'],
  ])('%s', (name, quoted) => {
    expect(quoteTable(name)).toBe(quoted);
  });

  it.each(['', 'a..b', 'a.b.c', '[a', 'a]b', 'a\0'])('refuses %j', (name) => {
    expect(() => quoteTable(name)).toThrow(/not a usable name/);
  });

  it('reads back every name it has joined, and sends it as one token', () => {
    const part = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(part, part, (schema, table) => {
        expect(splitName(joinName([schema, table]))).toEqual([schema, table]);
        expect(lex(quoteIdentifier(table))).toMatchObject([{ kind: 'name', value: table }]);
      }),
    );
  });

  it('keeps texts whole', () => {
    expect(literal("it's")).toBe("N'it''s'");
    expect(literal('a\\\nb')).toBe("(N'a\\' + N'\nb')");
    expect(() => literal('a\0')).toThrow(/NUL/);
  });
});
