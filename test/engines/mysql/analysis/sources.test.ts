import { describe, expect, it } from 'vitest';
import { columnsIn, sourcesOf } from '../../../../src/engines/mysql/analysis/sources.ts';

describe('the columns from which an expression computes its value', () => {
  it.each<[string, string, readonly string[] | null]>([
    ['each once', 'a + b + a', ['a', 'b']],
    ['none', `CONCAT('x', 1, _utf8mb4'y', DATE '2026-01-01')`, []],
    ['as they are spelt', 'A + `odd name`', ['A', 'odd name']],
    ['behind the name of the table', 'items.a + ITEMS.b', ['a', 'b']],
    [
      'not units, types, character sets and collations',
      'DATE_ADD(a, INTERVAL 1 DAY) + CAST(b AS CHAR)',
      ['a', 'b'],
    ],
    ['under functions that always answer alike', 'COALESCE(LOWER(a), b)', ['a', 'b']],
    ['unknown where a function may answer otherwise', 'CONCAT(a, RAND())', null],
    ['unknown of the clock, which needs no parentheses', 'CONCAT(a, CURRENT_DATE)', null],
    ['unknown of a variable of the session', 'a + @b', null],
    ['unknown where the name of a function tells nothing', 'my_function(a)', null],
    ['unknown in a subquery', '(SELECT a)', null],
    ['unknown of another table', 'others.a', null],
    ['unknown of what cannot be read', `'a`, null],
  ])('are %s: %s', (_, expression, expected) => {
    expect(sourcesOf(expression, 'shop.items')).toEqual(expected);
  });

  it('are found where they stand', () => {
    const expression = 'a + items.`b`';
    const found = columnsIn(expression, 'shop.items') ?? [];
    expect(found.map(({ start, end }) => expression.slice(start, end))).toEqual(['a', 'items.`b`']);
  });
});
