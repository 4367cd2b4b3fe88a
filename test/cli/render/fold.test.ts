import { describe, expect, it } from 'vitest';
import { fold } from '../../../src/cli/render/width.ts';

describe('folding for a terminal', () => {
  it.each([
    ['short lines stay', 'one two', 'one two'],
    ['long ones are folded at words, indented', 'one two three four', 'one two\n  three\n  four'],
    ['an indented line is folded below itself', '  one two three', '  one two\n    three'],
    ['a long word stays whole', 'see /a/very/long/path now', 'see\n  /a/very/long/path\n  now'],
    ['a table is left alone', 'one  two  three', 'one  two  three'],
    ['lines keep to themselves', 'one two three\nfour', 'one two\n  three\nfour'],
  ])('%s', (_, text, folded) => {
    expect(fold(text, 10)).toBe(folded);
  });

  it('does not count colours', () => {
    expect(fold('\u001b[31mone two\u001b[0m', 10)).toBe('\u001b[31mone two\u001b[0m');
  });
});
