import { foreignCallIn } from './expressions.ts';
import { GrammarError, loadParser, type Node, type Parser } from './parser.ts';
import { all, as, find } from './tree.ts';

/**
 * What is wrong with an SQL expression over the columns of one row, in words, or null when nothing is.
 * The expression is later placed in parentheses inside other statements, so that it must be one expression and
 * nothing else. Sub-selects, aggregates and window functions are refused: other rows change while a backfill runs.
 */
export async function expressionProblem(expression: string): Promise<string | null> {
  const parser = await loadParser();
  if (expression.trim() === '') return 'it is empty';
  if (expression.includes('\0')) return 'it contains a NUL character';
  return structureProblem(parser, expression);
}

function structureProblem(parser: Parser, expression: string): string | null {
  const tokens = parser.scan(expression);
  if (tokens?.some((token) => token.tokenName.endsWith('_COMMENT')))
    return 'it contains a comment; leave it out';
  // Read bare and in parentheses: `1) + (2` is one expression only inside them, `1 AS x` only outside.
  const bare = singleValue(parser, `SELECT ${expression}\n`);
  if ('problem' in bare) return bare.problem;
  const wrapped = singleValue(parser, `SELECT (${expression}\n)`);
  return 'problem' in wrapped ? wrapped.problem : contentProblem(wrapped.value);
}

function singleValue(parser: Parser, sql: string): { readonly value: Node } | { readonly problem: string } {
  const statements = parsed(parser, sql);
  if (typeof statements === 'string') return { problem: statements };
  if (statements.length > 1)
    return { problem: 'it is more than one statement; only an expression is allowed' };
  const select = as(statements[0], 'SelectStmt');
  const targets = all(select?.targetList, 'ResTarget');
  const value = targets[0]?.val;
  if (select === undefined || value === undefined) return { problem: 'it is not an expression' };
  if (targets.length > 1) return { problem: 'it is several expressions; only one is allowed' };
  const { targetList: _targets, limitOption: _limit, op, ...clauses } = select;
  if (op !== 'SETOP_NONE' || Object.keys(clauses).length > 0) {
    return { problem: 'it is more than an expression: a clause of a query follows it' };
  }
  if (targets[0]?.name !== undefined) return { problem: 'it gives itself a name (AS); leave the name out' };
  return { value };
}

function parsed(parser: Parser, sql: string): readonly Node[] | string {
  try {
    return (parser.parse(sql).stmts ?? []).flatMap(({ stmt }) => (stmt === undefined ? [] : [stmt]));
  } catch (error) {
    if (error instanceof GrammarError) return error.message;
    throw error;
  }
}

function contentProblem(value: Node): string | null {
  if (find(value, 'SubLink').length > 0) {
    return 'it contains a sub-select, which looks at other rows that change while the backfill runs';
  }
  const call = foreignCallIn(value);
  if (call !== null) return call;
  if (find(value, 'GroupingFunc').length > 0) return 'GROUPING(…) has no meaning here';
  if (find(value, 'SetToDefault').length > 0)
    return 'DEFAULT cannot be used in an expression; write the value out';
  if (find(value, 'ParamRef').length > 0) return 'it contains a parameter ($1), for which there is no value';
  if (find(value, 'A_Star').length > 0) return 'it contains *, which is not a single value';
  if (find(value, 'ColumnRef').some((column) => (column.fields ?? []).length > 2)) {
    return 'it names a column with its schema; write table.column or column';
  }
  return null;
}
