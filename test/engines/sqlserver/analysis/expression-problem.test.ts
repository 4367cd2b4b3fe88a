import { describe, expect, it } from 'vitest';
import { expressionProblem } from '../../../../src/engines/sqlserver/analysis/expression-problem.ts';

const good = [
  "CONCAT(first, N' ', last)",
  'visits + 1',
  "CASE currency WHEN 'EUR' THEN 'Europe' ELSE 'unknown' END",
  'full_name IS NULL AND NOT (a = 1 OR b BETWEEN 1 AND 2)',
  'dbo.t.a * -1',
  "DATEADD(day, 1, created) AT TIME ZONE 'UTC'",
  "name LIKE N'%[_]x' ESCAPE '!'",
  'TRY_CAST(a AS decimal(10, 2))',
  'a COLLATE Latin1_General_BIN2',
  'COALESCE([from], "order")',
  '(SELECT_count + 1)',
];

const bad: readonly (readonly [string, RegExp])[] = [
  ['', /empty/],
  ["'open", /not closed/],
  ['a -- why', /comment/],
  ['a /* why */', /comment/],
  ['a; DROP TABLE t', /more than one statement/],
  ['a) OR (1 = 1', /closes a parenthesis/],
  ['(a', /does not close a parenthesis/],
  ['a, b', /several expressions/],
  ['a AS b', /gives itself a name/],
  ['a b', /several expressions|a name/],
  ['1 DROP TABLE t', /clause of a query|several/],
  ['a FROM t', /clause of a query/],
  ['(SELECT 1)', /sub-select/],
  ['MAX(a)', /several rows/],
  ['ROW_NUMBER() OVER (ORDER BY a)', /window function/],
  ['@x', /no value here/],
  ['COUNT(*)', /several rows|\*/],
  ['NEXT VALUE FOR s', /sequence/],
  ['DEFAULT', /DEFAULT/],
  ['CASE WHEN 1 = 1 THEN 2', /does not end/],
  ['1 END', /not begun/],
];

describe('an expression of a backfill', () => {
  it.each(good)('may be %s', (expression) => {
    expect(expressionProblem(expression)).toBeNull();
  });

  it.each(bad)('may not be %s', (expression, problem) => {
    expect(expressionProblem(expression)).toMatch(problem);
  });
});
