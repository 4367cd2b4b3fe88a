import { isBlank, lex, type Token, UnfinishedText } from './lexer.ts';

/**
 * What is wrong with an SQL expression over the columns of one row, in words, or null when nothing is.
 * The expression is later placed in parentheses inside other statements, so that it must be one expression and
 * nothing else. Sub-selects, aggregates and window functions are refused: other rows change while a backfill runs.
 */
export function expressionProblem(expression: string): string | null {
  if (expression.trim() === '') return 'it is empty';
  if (expression.includes('\0')) return 'it contains a NUL character';
  let all: readonly Token[];
  try {
    all = lex(expression);
  } catch (error) {
    if (error instanceof UnfinishedText) return error.message;
    throw error;
  }
  if (all.some(({ kind }) => kind === 'comment')) return 'it contains a comment; leave it out';
  const tokens = all.filter((token) => !isBlank(token));
  return structureProblem(tokens) ?? contentProblem(tokens);
}

const isSign = (token: Token | undefined, raw: string): boolean =>
  token?.kind === 'sign' && token.raw === raw;

const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.value);

/** Words that end an expression: the rest would be another clause, or another statement. */
const clauses = [
  ...[
    'FROM',
    'WHERE',
    'GROUP',
    'HAVING',
    'ORDER',
    'OPTION',
    'INTO',
    'UNION',
    'EXCEPT',
    'INTERSECT',
    'OUTPUT',
  ],
  ...[
    'INSERT',
    'UPDATE',
    'DELETE',
    'MERGE',
    'DROP',
    'ALTER',
    'CREATE',
    'TRUNCATE',
    'EXEC',
    'EXECUTE',
    'DECLARE',
  ],
  ...[
    'SET',
    'BEGIN',
    'COMMIT',
    'ROLLBACK',
    'WAITFOR',
    'KILL',
    'SHUTDOWN',
    'GRANT',
    'REVOKE',
    'DENY',
    'WITH',
    'GO',
  ],
];

function structureProblem(tokens: readonly Token[]): string | null {
  let depth = 0;
  let cases = 0;
  for (const [index, token] of tokens.entries()) {
    if (isSign(token, '(')) depth++;
    if (isSign(token, ')')) depth--;
    if (depth < 0) return 'it closes a parenthesis that it has not opened';
    if (isSign(token, ';')) return 'it is more than one statement; only an expression is allowed';
    if (isWord(token, 'CASE')) cases++;
    if (isWord(token, 'END') && --cases < 0) return 'it ends (END) what it has not begun (CASE)';
    if (depth > 0) continue;
    if (isSign(token, ',')) return 'it is several expressions; only one is allowed';
    if (isSign(tokens[index - 1], '.')) continue;
    if (isWord(token, ...clauses)) return 'it is more than an expression: a clause of a query follows it';
    if (isWord(token, 'AS')) return 'it gives itself a name (AS); leave the name out';
    if (beginsAnother(tokens[index - 1], token)) return 'it gives itself a name, or is several expressions';
  }
  if (cases > 0) return 'it does not end (END) what it begins (CASE)';
  return depth === 0 ? null : 'it does not close a parenthesis that it opens';
}

const operators = [
  ...['AND', 'OR', 'NOT', 'IS', 'NULL', 'IN', 'LIKE', 'BETWEEN', 'ESCAPE', 'COLLATE'],
  ...['CASE', 'WHEN', 'THEN', 'ELSE', 'END', 'AT', 'TIME', 'ZONE', 'OVER'],
];

const isOperand = (token: Token): boolean =>
  token.kind !== 'sign' && !(token.kind === 'word' && operators.includes(token.value));

/** Two operands side by side, with nothing that joins them. */
const beginsAnother = (before: Token | undefined, token: Token): boolean =>
  before !== undefined && (isOperand(before) || isSign(before, ')')) && isOperand(token);

/** Functions of several rows. */
const aggregates =
  /^(COUNT|COUNT_BIG|SUM|AVG|MIN|MAX|STDEVP?|VARP?|STRING_AGG|CHECKSUM_AGG|APPROX_COUNT_DISTINCT|GROUPING|GROUPING_ID)$/;

function contentProblem(tokens: readonly Token[]): string | null {
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (isSign(before, '.')) continue;
    if (isWord(token, 'SELECT')) {
      return 'it contains a sub-select, which looks at other rows that change while the backfill runs';
    }
    if (isWord(token, 'OVER') && isSign(tokens[index + 1], '(')) {
      return 'it contains a window function, which looks at other rows that change while the backfill runs';
    }
    if (token.kind === 'word' && aggregates.test(token.value) && isSign(tokens[index + 1], '(')) {
      return `it contains ${token.value}, a function of several rows`;
    }
    if (isWord(token, 'NEXT') && isWord(tokens[index + 1], 'VALUE')) {
      return 'it takes the next value of a sequence, which the server refuses in a condition and a trigger would take again';
    }
    if (token.kind === 'variable' && !token.raw.startsWith('@@')) {
      return `it reads ${token.raw}, which has no value here`;
    }
    if (isSign(token, '*') && (index === 0 || isSign(before, '('))) {
      return 'it contains *, which is not a single value';
    }
  }
  if (isWord(tokens[0], 'DEFAULT') && tokens.length === 1) {
    return 'DEFAULT cannot be used in an expression; write the value out';
  }
  return null;
}
