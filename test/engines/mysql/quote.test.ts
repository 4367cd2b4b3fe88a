import { describe, expect, it } from 'vitest';
import {
  bind,
  joinName,
  literal,
  quoteIdentifier,
  quoteTable,
  splitName,
} from '../../../src/engines/mysql/quote.ts';
import { everyMysql } from './support.ts';

describe('names', () => {
  it.each([
    ['users', '`users`'],
    ['shop.users', '`shop`.`users`'],
    ['shop.`odd.name`', '`shop`.`odd.name`'],
    ['`a``b`', '`a``b`'],
  ])('%s is quoted as %s', (name, quoted) => {
    expect(quoteTable(name)).toBe(quoted);
    expect(splitName(joinName(splitName(name)))).toEqual(splitName(name));
  });

  it.each(['', 'a.b.c', 'a.', '.b', 'a`b', '`a'])('%j is refused', (name) => {
    expect(() => quoteTable(name)).toThrow('is not a usable name');
  });

  it('with a NUL character are refused', () => {
    expect(() => quoteIdentifier('a\0b')).toThrow('NUL');
  });
});

describe('values', () => {
  it('take the places of question marks, of which there are as many', () => {
    expect(bind('a = ? AND b = ? AND c = ?', ['x?', 7, null])).toBe("a = 'x?' AND b = 7 AND c = NULL");
    expect(() => bind('a = ?', [])).toThrow('1 places for 0 values');
  });
});

everyMysql('a literal', (_kind, database) => {
  it.each(['NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES', ''])(
    'means itself under sql_mode %j and any character set',
    async (mode) => {
      const opened = await database();
      const texts = ["it's", 'back\\slash', '"', 'é日🙂', 'a\nb', '', '%_'];
      const rows = await opened.query<Record<string, string>>(
        `SET SESSION sql_mode = '${mode}', character_set_client = latin1`,
        `SELECT ${texts.map((text, index) => `HEX(CONVERT(${literal(text)} USING utf8mb4)) AS t${index}`).join(', ')}`,
      );
      expect(Object.values(rows[0] ?? {})).toEqual(
        texts.map((text) => Buffer.from(text).toString('hex').toUpperCase()),
      );
    },
  );
});
