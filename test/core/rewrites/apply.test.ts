import { describe, expect, it } from 'vitest';
import { applyRewrites } from '../../../src/core/rewrites/apply.ts';
import type { Rewrite } from '../../../src/core/rewrites/rewrite.ts';

const path = 'V1.sql';
const rewrite = (line: number, column: number, original: string, ...statements: string[]): Rewrite => ({
  rules: ['r'],
  position: { path, line, column },
  original,
  statements,
  why: '',
});

describe('rewrites in a file', () => {
  const text = '\ufeff-- 日本 before\r\n/* 👩 */ ONE; -- stays\nTWO\n  more;\nTHREE';
  const both = [rewrite(2, 9, 'ONE', 'a', 'b'), rewrite(3, 1, 'TWO\n  more', 'c')];

  it('stand where the statements stood, and all else stays', () => {
    expect(applyRewrites({ path, text }, both, false)).toBe(
      '\ufeff-- 日本 before\r\n/* 👩 */ a;\nb; -- stays\nc;\nTHREE',
    );
  });

  it('are transactions of their own where the script is one, but for what runs outside any', () => {
    const one = [rewrite(1, 1, 'X', 'ALTER a', 'CREATE INDEX CONCURRENTLY i')];
    expect(applyRewrites({ path, text: 'X;' }, one, true)).toBe(
      'BEGIN;\nALTER a;\nCOMMIT;\nCREATE INDEX CONCURRENTLY i;',
    );
  });

  it('are not put into a file that has changed, nor into another', () => {
    expect(applyRewrites({ path, text: 'ZERO;' }, [rewrite(1, 1, 'X', 'y')], false)).toBeNull();
    expect(applyRewrites({ path: 'V2.sql', text: 'X;' }, [rewrite(1, 1, 'X', 'y')], false)).toBe('X;');
  });
});
