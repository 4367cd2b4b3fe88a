import { describe, expect, it } from 'vitest';
import { columnsOf, fold } from '../../../src/cli/render/width.ts';

describe('folding for a terminal', () => {
  it.each([
    ['short lines stay', 'one two', 'one two'],
    ['long ones are folded at words, indented', 'one two three four', 'one two\n  three\n  four'],
    ['an indented line is folded below itself', '  one two three', '  one two\n    three'],
    ['a long word stays whole', 'see /a/very/long/path now', 'see\n  /a/very/long/path\n  now'],
    ['of two columns the second is folded below itself', 'ab  one two three', 'ab  one\n    two\n    three'],
    ['a wide first column takes no room below', 'ab cd ef  one two', 'ab cd ef  one\n  two'],
    ['a table is left alone', 'one  two  three', 'one  two  three'],
    ['lines keep to themselves', 'one two three\nfour', 'one two\n  three\nfour'],
  ])('%s', (_, text, folded) => {
    expect(fold(text, 10)).toBe(folded);
  });

  it('does not count colours', () => {
    expect(fold('\u001b[31mone two\u001b[0m', 10)).toBe('\u001b[31mone two\u001b[0m');
  });
});

describe('the width of a terminal', () => {
  it.each([
    ['its own', 120, undefined, 120],
    ['what COLUMNS asks for, where it is less', 120, '40', 40],
    ['never more than there is', 80, '200', 80],
    ['its own, if COLUMNS is no number', 100, 'wide', 100],
    ['80, where nothing tells', undefined, undefined, 80],
  ])('is %s', (_, columns, asked, expected) => {
    expect(columnsOf({ columns }, asked === undefined ? {} : { COLUMNS: asked })).toBe(expected);
  });
});
