import type { SourcePosition } from '../analysis/statement.ts';
import type { SqlSource } from '../migration.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * Puts rewrites into the text they were made for; the rest of it, comments among it, stays as it is. Null when a
 * statement does not stand where it stood: the file has changed since.
 * @param alone whether each statement is to be a transaction of its own in a script that is kept in one
 */
export function applyRewrites(
  source: SqlSource,
  rewrites: readonly Rewrite[],
  alone: boolean,
): string | null {
  const own = rewrites.filter(({ position }) => position.path === source.path);
  const places = own
    .map((rewrite) => ({ rewrite, at: indexOf(source.text, rewrite.position) }))
    .toSorted((a, b) => b.at - a.at);
  let { text } = source;
  for (const { rewrite, at } of places) {
    const { original, statements } = rewrite;
    if (!text.startsWith(original, at)) return null;
    const safe = statements.map((statement) => (alone ? inTransaction(statement) : statement)).join(';\n');
    text = text.slice(0, at) + safe + text.slice(at + original.length);
  }
  return text;
}

/** Its end keeps what holds a lock from staying in one transaction with what takes long. */
function inTransaction(statement: string): string {
  return /\bconcurrently\b/i.test(statement) ? statement : `BEGIN;\n${statement};\nCOMMIT`;
}

/** Columns count code points; a byte order mark before the first one is not counted. */
function indexOf(text: string, { line, column }: SourcePosition): number {
  let start = text.startsWith('\ufeff') ? 1 : 0;
  for (let passed = 1; passed < line; passed++) start = text.indexOf('\n', start) + 1;
  return start + [...text.slice(start)].slice(0, column - 1).join('').length;
}
