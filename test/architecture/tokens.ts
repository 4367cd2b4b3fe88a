/** A piece of TypeScript that is neither space nor comment. */
export interface Token {
  /** `text`: a string, or a template without substitutions, its value in `text`. */
  readonly kind: 'word' | 'text' | 'sign';
  readonly text: string;
  readonly line: number;
}

const patterns = {
  skip: /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y,
  word: /[\p{L}_$#@][\p{L}\p{N}_$]*|\d[\w.]*/uy,
  text: /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y,
  regex: /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y,
  sign: /===|!==|==|!=|=>|[\s\S]/y,
} as const;

/** Words after which a slash begins a regular expression and does not divide. */
const beforeExpression = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'await',
  'yield',
]);

/** Cuts a source text into tokens, so that what stands in comments and texts is not taken for code. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  /** Open braces; `true` for those of a template's `${`. */
  const braces: boolean[] = [];
  let at = 0;
  let line = 1;

  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  const take = (kind: Token['kind'] | null, raw: string, text = raw) => {
    if (kind !== null) tokens.push({ kind, text, line });
    line += raw.split('\n').length - 1;
    at += raw.length;
  };
  const takeTemplate = () => {
    const chunk = match(/[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y);
    if (chunk === null) return take('sign', source[at] ?? '');
    if (chunk.endsWith('${')) braces.push(true);
    const isWhole = chunk.startsWith('`') && chunk.endsWith('`');
    take(isWhole ? 'text' : 'word', chunk, isWhole ? chunk.slice(1, -1) : '`');
  };

  while (at < source.length) {
    const skipped = match(patterns.skip);
    if (skipped !== null) {
      take(null, skipped);
      continue;
    }
    const text = match(patterns.text);
    if (text !== null) {
      take('text', text, text.slice(1, -1));
      continue;
    }
    const word = match(patterns.word);
    if (word !== null) {
      take('word', word);
      continue;
    }
    const regex = source[at] === '/' && beginsExpression(tokens.at(-1)) ? match(patterns.regex) : null;
    if (regex !== null) {
      take('word', regex, '/');
      continue;
    }
    if (source[at] === '`') takeTemplate();
    else if (source[at] === '}' && braces.pop() === true) takeTemplate();
    else {
      if (source[at] === '{') braces.push(false);
      take('sign', match(patterns.sign) ?? '');
    }
  }
  return tokens;
}

function beginsExpression(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'sign') return ![')', ']', '}'].includes(before.text);
  return before.kind === 'word' && beforeExpression.has(before.text);
}
