import { describe, expect, it } from 'vitest';
import { didYouMean } from '../../../src/core/manifest/did-you-mean.ts';
import { parseDuration } from '../../../src/core/manifest/duration.ts';

describe('a suggestion', () => {
  const keys = ['table', 'set', 'where', 'keep_current', 'parallelism'];
  it.each([
    ['tabel', 'table'],
    ['Table', 'table'],
    ['keepCurrent', 'keep_current'],
    ['keep-curent', 'keep_current'],
    ['paralelism', 'parallelism'],
    ['sets', 'set'],
    ['owner', null],
    ['x', null],
    ['', null],
  ])('for %s is %s', (word, expected) => {
    expect(didYouMean(word, keys)).toBe(expected);
  });

  it('is the nearest of several', () => {
    expect(didYouMean('downn', ['dawn', 'down'])).toBe('down');
  });
});

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5000],
    ['40m', 2_400_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['0s', 0],
    ['', null],
    ['5', null],
    ['5 s', null],
    ['1.5s', null],
    ['-1s', null],
    ['1w', null],
    ['1h30m', null],
  ])('%s is %s ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});
