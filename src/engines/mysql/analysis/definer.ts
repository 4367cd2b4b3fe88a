import type { Cursor } from './cursor.ts';

/** `DEFINER = user@host`; null where it is whoever runs the statement. */
export function definerClause(cursor: Cursor): string | null {
  if (!cursor.accept('DEFINER')) return null;
  cursor.accept('=');
  const user = cursor.take();
  if (user.kind === 'word' && ['CURRENT_USER', 'CURRENT_ROLE'].includes(user.value)) {
    if (cursor.word() === '(') cursor.parentheses();
    return null;
  }
  const host = cursor.peek();
  if (host?.kind !== 'variable') return user.raw;
  cursor.take();
  // `a`@'%' comes as two tokens or three.
  return `${user.raw}${host.raw}`;
}
