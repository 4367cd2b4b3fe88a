import { describe, expect, it } from 'vitest';
import {
  joinName,
  literal,
  quoteIdentifier,
  quoteTable,
  splitName,
} from '../../../src/engines/postgres/quote.ts';

describe('quoting names', () => {
  it.each([
    ['users', '"users"'],
    ['Users', '"Users"'],
    ['public.users', '"public"."users"'],
    ['public."odd.name"', '"public"."odd.name"'],
    ['"say ""hi"""', '"say ""hi"""'],
    ['a b; drop', '"a b; drop"'],
  ])('%s becomes %s', (name, quoted) => {
    expect(quoteTable(name)).toBe(quoted);
  });

  it.each(['', '.', 'a.', '.a', 'a..b', 'a.b.c', '"open', 'a"b', '""', 'a\0b'])('refuses %j', (name) => {
    expect(() => quoteTable(name)).toThrow(/not a usable name/);
  });

  it('doubles double quotes in an identifier', () => {
    expect(quoteIdentifier('a"; DROP TABLE b; --')).toBe('"a""; DROP TABLE b; --"');
  });

  it.each([[['users']], [['public', 'odd.name']], [['a"b', 'c']]])(
    'joined names are split again: %j',
    (parts) => {
      expect(splitName(joinName(parts))).toEqual(parts);
    },
  );
});

describe('string literals', () => {
  it.each([
    ['plain', `'plain'`],
    [`it's`, `'it''s'`],
    ['back\\slash', `E'back\\\\slash'`],
    [`\\'; DROP TABLE users; --`, `E'\\\\''; DROP TABLE users; --'`],
  ])('%j', (text, sql) => {
    expect(literal(text)).toBe(sql);
  });

  it('refuses a NUL character', () => {
    expect(() => literal('a\0')).toThrow(/NUL/);
  });
});
