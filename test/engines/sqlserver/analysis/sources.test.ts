import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../../../../src/engines/sqlserver/analysis/sources.ts';

describe('the columns from which an expression computes its value', () => {
  it.each<[string, string, readonly string[] | null]>([
    ['each once', 'A + b + a', ['a', 'b']],
    ['none', `CONCAT(N'x', 1, 0x20)`, []],
    ['as they are spelt', 'A + [odd name]', ['A', 'odd name']],
    ['behind the name of the table', 'items.a + ITEMS.[b]', ['a', 'b']],
    [
      'not units, types and collations',
      'DATEDIFF(day, a, b) + TRY_CONVERT(decimal(9, 2), c COLLATE x)',
      ['a', 'b', 'c'],
    ],
    [
      'under functions that always answer alike',
      `CASE WHEN a IS NULL THEN 'x' ELSE COALESCE(LOWER(a), b) END`,
      ['a', 'b'],
    ],
    ['known where a divisor is never zero', 'a / 3.0 + a % NULLIF(b, 0)', ['a', 'b']],
    ['known where a length is never negative', 'LEFT(a, 3) + SUBSTRING(b, 1, 2)', ['a', 'b']],
    ['unknown where a divisor may be zero', 'a / b', null],
    ['unknown where a divisor is zero', 'a / 0.0', null],
    ['unknown where a divisor may become zero all the same', 'a / NULLIF(b, 1)', null],
    ['unknown where a length may be negative', `LEFT(a, CHARINDEX(' ', a) - 1)`, null],
    ['unknown where a conversion may fail', 'CONVERT(int, a)', null],
    ['unknown where a cast may fail', 'CAST(a AS int)', null],
    ['unknown where a conversion depends on the language', 'TRY_CONVERT(date, a)', null],
    ['unknown of chance', 'CONCAT(a, NEWID())', null],
    ['unknown of the clock', 'DATEADD(day, a, SYSUTCDATETIME())', null],
    ['unknown of the clock, which needs no parentheses', 'COALESCE(a, CURRENT_TIMESTAMP)', null],
    ['unknown of who writes', 'COALESCE(a, SYSTEM_USER)', null],
    ['unknown of a variable of the session', 'a + @@SPID', null],
    ['unknown where the name of a function tells nothing', 'dbo.my_function(a)', null],
    ['unknown where the function is spelt as a name', '[upper](a)', null],
    ['unknown in a subquery', '(SELECT a)', null],
    ['unknown of another table', 'others.a', null],
    ['unknown behind the schema', 'shop.items.a', null],
    ['unknown of a part of a column', 'items.a.value', null],
    ['unknown of what cannot be read', `'a`, null],
  ])('are %s: %s', (_, expression, expected) => {
    expect(sourcesOf(expression, 'shop.items')).toEqual(expected);
  });
});
