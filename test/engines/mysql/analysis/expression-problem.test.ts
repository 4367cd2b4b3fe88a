import { describe, expect, it } from 'vitest';
import { expressionProblem } from '../../../../src/engines/mysql/analysis/expression-problem.ts';
import { sourcesOf } from '../../../../src/engines/mysql/analysis/sources.ts';

describe('an expression over one row', () => {
  it.each([
    'token IS NULL',
    'users.token IS NULL',
    '`odd name` + 1',
    `CASE WHEN a = 'x' THEN NULL ELSE CONCAT(a, '-', b) END`,
    `'a text with ; and , and -- and SELECT'`,
    `JSON_UNQUOTE(JSON_EXTRACT(doc, '$.a'))`,
    `doc->>'$.a'`,
    `DATE_ADD(at, INTERVAL 1 DAY)`,
    'CAST(a AS CHAR(10) CHARACTER SET utf8mb4)',
    'a IN (1, 2, 3)',
    'COALESCE(a, b, 0)',
    'NOW()',
    'shorten(a)',
    'a COLLATE utf8mb4_bin',
    'old',
    '-1',
    'NULL',
  ])('%s', async (expression) => {
    expect(await expressionProblem(expression)).toBeNull();
  });

  it.each<[string, RegExp]>([
    ['', /empty/],
    ['  ', /empty/],
    ['a\0', /NUL/],
    ['a -- b', /comment/],
    ['a # b', /comment/],
    ['a /* b */', /comment/],
    ['a /*!40000 + 1 */', /comment/],
    [`'a`, /not closed/],
    ['a; DROP TABLE t', /more than one statement/],
    ['a, b', /several expressions/],
    ['1) + (2', /closes a parenthesis/],
    ['(a', /does not close/],
    ['a FROM t', /clause of a query/],
    ['a AS b', /gives itself a name/],
    ['a b', /.+/],
    ['(SELECT 1)', /sub-select/],
    ['EXISTS (SELECT 1 FROM t)', /sub-select/],
    ['COUNT(*)', /aggregate/],
    ['MAX(a)', /aggregate/],
    ['ROW_NUMBER() OVER (ORDER BY a)', /window function/],
    ['@n', /each session/],
    ['@@sql_mode', /each session/],
    ['@n := 1', /each session/],
    ['?', /parameter/],
    ['DEFAULT', /DEFAULT/],
    ['*', /single value/],
    ['app.t.a', /with its database/],
    ['a +', /.+/],
  ])('not %j', async (expression, problem) => {
    expect(await expressionProblem(expression)).toMatch(problem);
  });
});

describe('the sources of an expression', () => {
  it.each<[string, readonly string[] | null]>([
    ['token IS NULL', ['token']],
    ['`Odd``Col` + users.b + `users`.`c`', ['Odd`Col', 'b', 'c']],
    [`CASE WHEN a = 'b' THEN CONCAT(c, "d") ELSE NULL END`, ['a', 'c']],
    ['DATE_ADD(at, INTERVAL n DAY)', ['at', 'n']],
    ['TIMESTAMPDIFF(SECOND, a, b)', ['a', 'b']],
    ['EXTRACT(YEAR FROM d)', ['d']],
    ['CAST(a AS UNSIGNED) + CONVERT(b USING utf8mb4)', ['a', 'b']],
    ['CAST(a AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin', ['a']],
    [`_utf8mb4'x' = a AND d > DATE '2020-01-01' AND b IS NOT TRUE`, ['a', 'd', 'b']],
    [`doc->>'$.a'`, ['doc']],
    ['year + day', ['year', 'day']],
    ['1 + 1', []],
    ['a + RAND()', null],
    ['NOW() > a', null],
    ['CURRENT_TIMESTAMP > a', null],
    ['shorten(a)', null],
    ['app.shorten(a)', null],
    ['UUID()', null],
    ['a + @n', null],
    ['other.a', null],
    ['FROM_UNIXTIME(a)', null],
  ])('%s', (expression, sources) => {
    expect(sourcesOf(expression, 'app.users')).toEqual(sources);
  });
});
