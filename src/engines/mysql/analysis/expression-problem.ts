import { foreignCallIn, writingCallsIn } from './functions.ts';
import { loadGrammar } from './grammar.ts';
import { type Token, tokensOf, UnfinishedText } from './tokens.ts';

/**
 * What is wrong with an SQL expression over the columns of one row, in words, or null when nothing is.
 * The expression is later placed in parentheses inside other statements, so that it must be one expression and
 * nothing else. Sub-selects, aggregates and window functions are refused: other rows change while a backfill runs.
 */
export async function expressionProblem(expression: string): Promise<string | null> {
  if (expression.trim() === '') return 'it is empty';
  if (expression.includes('\0')) return 'it contains a NUL character';
  const tokens = read(expression);
  if (typeof tokens === 'string') return tokens;
  if (hasComment(expression, tokens)) return 'it contains a comment; leave it out';
  return structureProblem(tokens) ?? contentProblem(tokens) ?? (await grammarProblem(expression));
}

function read(expression: string): readonly Token[] | string {
  try {
    return tokensOf(expression);
  } catch (error) {
    if (error instanceof UnfinishedText) return error.message;
    throw error;
  }
}

/** What stands between the tokens is blanks, or a comment. */
function hasComment(expression: string, tokens: readonly Token[]): boolean {
  let at = 0;
  for (const { start, end, kind } of tokens) {
    if (kind === 'open' || expression.slice(at, start).trim() !== '') return true;
    at = end;
  }
  return expression.slice(at).trim() !== '';
}

const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.value);

const clauses = [
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'ORDER',
  'LIMIT',
  'INTO',
  'UNION',
  'WINDOW',
  'PROCEDURE',
  'LOCK',
];

function structureProblem(tokens: readonly Token[]): string | null {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'sign' && token.raw === '(') depth++;
    if (token.kind === 'sign' && token.raw === ')') depth--;
    if (depth < 0) return 'it closes a parenthesis that it has not opened';
    if (token.kind === 'sign' && token.raw === ';')
      return 'it is more than one statement; only an expression is allowed';
    if (depth > 0) continue;
    if (token.raw === ',' && token.kind === 'sign') return 'it is several expressions; only one is allowed';
    if (tokens[index - 1]?.raw === '.') continue;
    if (isWord(token, ...clauses)) return 'it is more than an expression: a clause of a query follows it';
    if (isWord(token, 'AS')) return 'it gives itself a name (AS); leave the name out';
  }
  return depth === 0 ? null : 'it does not close a parenthesis that it opens';
}

function contentProblem(tokens: readonly Token[]): string | null {
  if (tokens.some((token, index) => isWord(token, 'SELECT') && tokens[index - 1]?.raw !== '.')) {
    return 'it contains a sub-select, which looks at other rows that change while the backfill runs';
  }
  const call = foreignCallIn(tokens);
  if (call !== null) return call;
  const variable = tokens.find(({ kind }) => kind === 'variable');
  if (variable !== undefined) return `it reads ${variable.raw}, which each session has for itself`;
  if (tokens.some(({ kind, raw }) => kind === 'sign' && raw === ':='))
    return 'it assigns (:=), which is not a value';
  if (tokens.some(({ kind, raw }) => kind === 'sign' && raw === '?')) {
    return 'it contains a parameter (?), for which there is no value';
  }
  if (isWord(tokens[0], 'DEFAULT') && tokens.length === 1) {
    return 'DEFAULT cannot be used in an expression; write the value out';
  }
  return starProblem(tokens) ?? qualificationProblem(tokens);
}

function starProblem(tokens: readonly Token[]): string | null {
  const isStar = tokens.some(
    ({ raw }, index) => raw === '*' && (index === 0 || ['.', '('].includes(tokens[index - 1]?.raw ?? '')),
  );
  return isStar ? 'it contains *, which is not a single value' : null;
}

function qualificationProblem(tokens: readonly Token[]): string | null {
  const several = tokens.some(
    ({ raw, kind }, index) =>
      kind === 'sign' && raw === '.' && tokens[index + 2]?.raw === '.' && tokens[index + 2]?.kind === 'sign',
  );
  return several ? 'it names a column with its database; write table.column or column' : null;
}

async function grammarProblem(expression: string): Promise<string | null> {
  const grammar = await loadGrammar();
  // Read bare and in parentheses: `1 x` is an expression with a name only outside them.
  for (const text of [`SELECT (${expression}\n)`, `SELECT 1 FROM t WHERE ${expression}`]) {
    const complaint = grammar(text);
    if (complaint !== null && !onlyMariaDb(expression)) return complaint.message;
  }
  return null;
}

/** Functions that the grammar cannot know are the server's to judge. */
const onlyMariaDb = (expression: string): boolean => writingCallsIn(tokensOf(expression)).length > 0;
