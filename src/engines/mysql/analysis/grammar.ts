import type { Token } from './tokens.ts';

/** Where the grammar stops, and what it says. */
export interface Complaint {
  readonly message: string;
  /** Of the text that was given; both count from 1. */
  readonly line: number;
  readonly column: number;
}

/** Answers null for a text that MySQL's grammar accepts. */
export type Grammar = (text: string) => Complaint | null;

let loading: Promise<Grammar> | undefined;

/**
 * The grammar of MySQL 8, as a second opinion on what the analysis does not read to the end by itself. It is two
 * megabytes of code and is loaded on first use only.
 */
export function loadGrammar(): Promise<Grammar> {
  loading ??= load();
  return loading;
}

/** Above this many characters parsing takes seconds, and says nothing that the server would not say as well. */
const longest = 100_000;

async function load(): Promise<Grammar> {
  // The package’s own entry brings the grammars of six other servers along.
  const { MySQL } = await import('dt-sql-parser/dist/parser/mysql/index.js');
  const parser = new MySQL();
  return (text) => {
    if (text.length > longest) return null;
    return complaintOf(parser, text);
  };
}

interface Validator {
  validate(
    text: string,
  ): readonly { message: string; startLine: number; startColumn: number; endColumn: number }[];
}

/** Names that the grammar wrongly takes for keywords (`old`, `code`), one after the other, before it is believed. */
const tries = 6;

function complaintOf(parser: Validator, text: string): Complaint | null {
  let tried = text;
  let complaint: Complaint | null = null;
  for (let count = 0; count < tries; count++) {
    const [first] = parser.validate(tried);
    if (first === undefined) return null;
    const { message, startLine: line, startColumn: column } = first;
    if (complaint !== null && complaint.line === line && complaint.column === column) return complaint;
    complaint ??= { message, line, column };
    const renamed = withNeutralName(tried, indexOfPlace(tried, line, column));
    if (renamed === null) return complaint;
    tried = renamed;
  }
  return complaint;
}

/** The text with another word for the one where the grammar stopped, or else for the one before. */
function withNeutralName(text: string, at: number): string | null {
  const [here = ''] = /^\w+/.exec(text.slice(at)) ?? [];
  const [before = '', blanks = ''] = /\w+(\W*)$/.exec(text.slice(0, at)) ?? [];
  const word = here !== '' ? here : before.slice(0, before.length - blanks.length);
  if (word === '' || reserved.has(word.toUpperCase())) return null;
  const start = here !== '' ? at : at - before.length;
  return `${text.slice(0, start)}${'n'.repeat(word.length)}${text.slice(start + word.length)}`;
}

function indexOfPlace(text: string, line: number, column: number): number {
  let start = 0;
  for (let count = 1; count < line; count++) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
}

/** Words that stand for no name without backticks, so far as they begin or end something. */
const reserved = new Set(
  `ALL AND AS ASC BETWEEN BY CASE CROSS DELETE DESC DISTINCT ELSE EXISTS FALSE FOR FROM GROUP HAVING IF IN INNER INSERT INTO IS JOIN KEY KEYS LEFT
   LIKE LIMIT NATURAL NOT NULL ON OR ORDER RIGHT SELECT SET TABLE THEN TRUE UNION UPDATE USING VALUES WHEN WHERE WITH XOR RETURN CREATE DROP ALTER`.split(
    /\s+/,
  ),
);

/**
 * The statement's text for the grammar, every position kept: what stands in versioned comments stands bare, and what
 * only MariaDB knows, and this analysis too, is blanked.
 */
export function textForGrammar(text: string, tokens: readonly Token[]): string {
  const blanked = [
    ...tokens.filter(({ kind }) => kind === 'open' || kind === 'close'),
    ...onlyMariaDb(tokens),
  ];
  let result = text;
  for (const { start, end } of blanked) {
    result = result.slice(0, start) + result.slice(start, end).replace(/[^\n]/g, ' ') + result.slice(end);
  }
  return result;
}

const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === 'word' && token.value === word;

function onlyMariaDb(all: readonly Token[]): readonly Token[] {
  const tokens = all.filter(({ kind }) => kind !== 'open' && kind !== 'close');
  const [first] = tokens;
  const returning = tokens.findIndex((token) => isWord(token, 'RETURNING'));
  if (returning > 0 && ['INSERT', 'REPLACE', 'DELETE'].includes(first?.value ?? ''))
    return tokens.slice(returning);
  if (!isWord(first, 'CREATE')) return [];
  const blanked: Token[] = [];
  // Views are replaced by MySQL as well.
  const replaces = isWord(tokens[1], 'OR') && !tokens.slice(0, 16).some((token) => isWord(token, 'VIEW'));
  if (replaces) blanked.push(...tokens.slice(1, 3));
  const hedge = tokens
    .slice(0, 24)
    .findIndex((token, at) => isWord(token, 'IF') && isWord(tokens[at + 1], 'NOT'));
  if (hedge > 0) blanked.push(...tokens.slice(hedge, hedge + 3));
  return blanked;
}
