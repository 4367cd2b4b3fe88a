import { type Token, tokenize } from './tokens.ts';

export interface Import {
  /** Null for `import(…)` of something computed. */
  readonly specifier: string | null;
  /** Gone at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** Every `import`, `export … from`, `import()` and `require` of a source text. */
export function scanImports(source: string): Import[] {
  const tokens = tokenize(source);
  return tokens.flatMap((token, index) => {
    const isCode = token.kind === 'word' && tokens[index - 1]?.text !== '.';
    const found = isCode ? readImport(token, tokens.slice(index + 1, index + 2000)) : null;
    return found === null ? [] : [{ ...found, line: token.line }];
  });
}

function readImport(token: Token, rest: readonly Token[]): Omit<Import, 'line'> | null {
  const [next, afterNext] = rest;
  switch (token.text) {
    case 'import':
      if (next?.kind === 'text') return { specifier: next.text, typeOnly: false };
      if (next?.text === '(') return readCall(rest.slice(1));
      if (next?.text === '.' || next?.text === ':' || next?.text === '?') return null;
      return readFrom(rest, next?.text === 'type' && afterNext?.text !== 'from' && afterNext?.text !== ',');
    case 'export':
      if (next?.text === '*' || next?.text === '{') return readFrom(rest, false);
      if (next?.text !== 'type' || (afterNext?.text !== '{' && afterNext?.text !== '*')) return null;
      return readFrom(rest.slice(1), true);
    case 'require':
      if (next?.text === '(') return readCall(rest.slice(1));
      return next?.text === '.' && afterNext?.text === 'resolve' ? readCall(rest.slice(3)) : null;
    default:
      return null;
  }
}

function readCall([argument, end]: readonly Token[]): Omit<Import, 'line'> {
  const isLiteral = argument?.kind === 'text' && [')', ','].includes(end?.text ?? '');
  return { specifier: isLiteral ? argument.text : null, typeOnly: false };
}

/** The `from '…'` that ends the clause; none after `export { a }`. */
function readFrom(rest: readonly Token[], typeOnly: boolean): Omit<Import, 'line'> | null {
  let isInBraces = false;
  for (const [index, token] of rest.entries()) {
    if (token.text === '{') isInBraces = true;
    else if (token.text === '}') {
      isInBraces = false;
      if (rest[index + 1]?.text !== 'from') return null;
    } else if (!isInBraces && token.text === 'from' && rest[index + 1]?.kind === 'text') {
      return { specifier: rest[index + 1]?.text ?? null, typeOnly };
    } else if (!isInBraces && token.text === ';') return null;
  }
  return null;
}
