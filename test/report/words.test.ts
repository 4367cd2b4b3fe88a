import { describe, expect, it } from 'vitest';
import { colourPaint, paintFor, plainPaint } from '../../src/report/paint.ts';
import { duration, plural } from '../../src/report/words.ts';

describe('words', () => {
  it.each([
    [0, '0 ms'],
    [0.0404, '40 ms'],
    [1, '1.0 s'],
    [59.99, '59.9 s'],
    [60, '1 min 00 s'],
    [3599, '59 min 59 s'],
    [3600, '1 h 00 min'],
    [86_399, '23 h 59 min'],
    [100_000, '1 d 3 h'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('agree in number', () => {
    expect([plural(1, 'row'), plural(1200, 'row'), plural(2, 'batch', 'batches')]).toEqual([
      '1 row',
      '1,200 rows',
      '2 batches',
    ]);
  });
});

describe('colours', () => {
  it.each([
    ['a terminal', true, {}, colourPaint],
    ['a pipe', undefined, {}, plainPaint],
    ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, plainPaint],
    ['a dumb terminal', true, { TERM: 'dumb' }, plainPaint],
    ['a pipe with FORCE_COLOR', undefined, { FORCE_COLOR: '1' }, colourPaint],
  ] as const)('%s', (_, isTTY, environment, paint) => {
    expect(paintFor({ isTTY }, environment)).toBe(paint);
  });
});
