import { joinName } from '../quote.ts';
import type { Token } from './tokens.ts';

/** Tables that a query reads, without the names of its own WITH queries. */
export function tablesReadBy(tokens: readonly Token[]): readonly string[] {
  const names: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind !== 'word' || !['FROM', 'JOIN', 'STRAIGHT_JOIN'].includes(token.value)) continue;
    // `TRIM(x FROM y)`, `EXTRACT(DAY FROM d)`, `SUBSTRING(s FROM 2)` read nothing.
    if (token.value === 'FROM' && isWithinCall(tokens, at)) continue;
    names.push(...tableList(tokens, at + 1).map(({ name }) => name));
  }
  const own = commonTables(tokens);
  return [...new Set(names)].filter((name) => !own.has(name.toLowerCase()) && name.toLowerCase() !== 'dual');
}

export interface TableReference {
  readonly name: string;
  readonly alias: string | null;
}

/** The tables of a list or join, each with its alias, from `at` on. */
export function tableList(tokens: readonly Token[], from: number): readonly TableReference[] {
  const found: TableReference[] = [];
  let at = from;
  for (;;) {
    while (tokens[at]?.raw === '(') at++;
    const read = nameAt(tokens, at);
    if (read === null || (tokens[at]?.kind === 'word' && isKeyword(tokens[at]?.value ?? ''))) return found;
    at = read.next;
    if (tokens[at]?.value === 'PARTITION') at = afterParentheses(tokens, at + 1);
    if (tokens[at]?.kind === 'word' && tokens[at]?.value === 'AS') at++;
    const alias = nameAt(tokens, at);
    const hasAlias = alias !== null && !(tokens[at]?.kind === 'word' && isKeyword(tokens[at]?.value ?? ''));
    found.push({ name: read.name, alias: hasAlias ? alias.name : null });
    if (hasAlias) at = alias.next;
    while (tokens[at]?.raw === ')') at++;
    if (tokens[at]?.raw !== ',') return found;
    at++;
  }
}

/** A name with its database, and the index behind it. */
export function nameAt(
  tokens: readonly Token[],
  at: number,
): { readonly name: string; readonly next: number } | null {
  const parts: string[] = [];
  let next = at;
  for (;;) {
    const token = tokens[next];
    if (token?.kind !== 'word' && token?.kind !== 'name') return null;
    parts.push(token.kind === 'name' ? token.value : token.raw);
    next++;
    if (tokens[next]?.raw !== '.' || tokens[next + 1]?.raw === '*') break;
    next++;
  }
  return { name: joinName(parts), next };
}

function afterParentheses(tokens: readonly Token[], at: number): number {
  let depth = 0;
  for (let index = at; index < tokens.length; index++) {
    if (tokens[index]?.raw === '(') depth++;
    if (tokens[index]?.raw === ')' && --depth === 0) return index + 1;
  }
  return tokens.length;
}

const keywords = new Set(
  `SELECT SET WHERE JOIN INNER LEFT RIGHT CROSS NATURAL STRAIGHT_JOIN ON USING ORDER GROUP HAVING LIMIT UNION EXCEPT INTERSECT FOR LOCK
   INTO VALUES VALUE PARTITION USE IGNORE FORCE WINDOW OUTER WITH AS LATERAL RETURNING DUPLICATE PROCEDURE FROM TABLE`.split(
    /\s+/,
  ),
);
const isKeyword = (word: string): boolean => keywords.has(word);

/** Inside parentheses that hold no query. */
function isWithinCall(tokens: readonly Token[], at: number): boolean {
  let depth = 0;
  for (let index = at - 1; index >= 0; index--) {
    if (tokens[index]?.raw === ')') depth++;
    if (tokens[index]?.raw === '(') {
      if (depth === 0)
        return (
          !['SELECT', 'WITH', 'DELETE'].includes(tokens[index + 1]?.value ?? '') &&
          tokens[index + 1]?.raw !== '('
        );
      depth--;
    }
  }
  return false;
}

function commonTables(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  tokens.forEach((token, at) => {
    if (token.kind !== 'word' || token.value !== 'AS' || tokens[at + 1]?.raw !== '(') return;
    if (!['SELECT', 'WITH', 'VALUES', '('].includes(tokens[at + 2]?.value ?? '')) return;
    let before = at - 1;
    if (tokens[before]?.raw === ')') while (before > 0 && tokens[before]?.raw !== '(') before--;
    if (tokens[before]?.raw === '(') before--;
    const name = tokens[before];
    if (name?.kind === 'word' || name?.kind === 'name')
      names.add((name.kind === 'name' ? name.value : name.raw).toLowerCase());
  });
  return names;
}
