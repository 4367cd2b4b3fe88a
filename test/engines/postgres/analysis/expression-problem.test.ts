import { describe, expect, it } from 'vitest';
import { expressionProblem } from '../../../../src/engines/postgres/analysis/expression-problem.ts';

describe('expressions of a backfill', () => {
  it.each([
    'email_confirmation_token IS NULL',
    `coalesce(name, 'it''s; fine -- really')`,
    'CASE WHEN a > 1 THEN lower(b) ELSE users.c END',
    'app.normalize(email)',
    '(a, b) < (1, 2)',
    `'{}'::jsonb || jsonb_build_object('a', a)`,
    'now()\n',
    'ARRAY[a, b]',
    `$$dollar; quoted$$ || a`,
  ])('accepts %j', async (expression) => {
    expect(await expressionProblem(expression)).toBeNull();
  });

  it.each([
    ['', /empty/],
    ['  ', /empty/],
    ['a +', /syntax error/],
    ['1); DROP TABLE x; --', /comment/],
    ['1); DROP TABLE x', /syntax error/],
    ['1; DROP TABLE x', /more than one statement/],
    ['1) + (2', /syntax error/],
    ['1) FROM users WHERE (true', /syntax error/],
    ['1 FROM users', /clause of a query/],
    ['true UNION SELECT false', /not an expression/],
    ['a LIMIT 1', /clause of a query/],
    ['DISTINCT a', /clause of a query/],
    ['1, 2', /several expressions/],
    ['1 AS a', /name/],
    ['1 "a"', /name/],
    ['1 -- done', /comment/],
    ['1 /* done */', /comment/],
    ['1 /* open', /unterminated/],
    [`'open`, /unterminated/],
    ['$$open', /unterminated/],
    ['(SELECT max(id) FROM users)', /sub-select/],
    ['EXISTS (SELECT FROM users)', /sub-select/],
    ['id IN (SELECT id FROM users)', /sub-select/],
    ['count(*)', /aggregate/],
    ['sum(a)', /aggregate/],
    ['my_aggregate(DISTINCT a)', /aggregate/],
    ['row_number() OVER ()', /window/],
    ['unnest(a)', /set of rows/],
    ['$1', /parameter/],
    ['DEFAULT', /DEFAULT/],
    ['users.*', /\*/],
    ['public.users.email', /schema/],
    ['a\0b', /NUL/],
    ['\\gexec', /syntax error/],
  ])('refuses %j', async (expression, reason) => {
    expect(await expressionProblem(expression)).toMatch(reason);
  });
});
