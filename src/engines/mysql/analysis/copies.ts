import { Cursor, cutAtCommas, Unread } from './cursor.ts';
import { nameAt, tablesReadBy } from './tables.ts';
import { spelled, type Token } from './tokens.ts';

/** An INSERT or REPLACE … SELECT from another table. */
export interface Copy {
  readonly from: readonly string[];
  readonly into: string;
  /** Those it names; null where it names none. */
  readonly columns: readonly string[] | null;
  /** A REPLACE, or with an ON DUPLICATE KEY UPDATE that takes values of the row to be inserted. */
  readonly overwrites: boolean;
}

export function copyOf(tokens: readonly Token[]): Copy | null {
  const words = tokens.map(({ kind, value }) => (kind === 'word' ? value : ''));
  const [verb = ''] = words;
  if (verb !== 'INSERT' && verb !== 'REPLACE') return null;
  let at = 1;
  while (['LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'IGNORE', 'INTO'].includes(words[at] ?? '')) at += 1;
  const { name: into = '', next = at } = nameAt(tokens, at) ?? {};
  const from = tablesReadBy(tokens).filter((table) => table !== into);
  const duplicate = words.findIndex((word, index) => word === 'DUPLICATE' && words[index + 1] === 'KEY');
  const overwrites = verb === 'REPLACE' || (duplicate >= 0 && !keepsRow(tokens.slice(duplicate + 3)));
  return from.length === 0 ? null : { from, into, columns: columnsAt(tokens, next), overwrites };
}

/** `(a, b)` behind the name; `(SELECT …)` is a query. */
function columnsAt(tokens: readonly Token[], at: number): readonly string[] | null {
  if (tokens[at]?.raw !== '(' || /^(SELECT|WITH|TABLE|VALUES|\()$/.test(tokens[at + 1]?.value ?? ''))
    return null;
  const end = tokens.findIndex(({ raw }, index) => index > at && raw === ')');
  return cutAtCommas(tokens.slice(at + 1, end)).map(([name]) => spelled(name));
}

/** `id = id`, `t.id = t.id`: the way to say that a row which is there stays as it is. */
function keepsRow(assignment: readonly Token[]): boolean {
  const equals = assignment.findIndex(({ raw }) => raw === '=');
  const side = (tokens: readonly Token[]) => tokens.map(({ value }) => value.toLowerCase()).join('');
  return side(assignment.slice(0, equals)) === side(assignment.slice(equals + 1));
}

/** A trigger that a statement makes, with what fires it; null for any other statement. */
export function triggerOf(
  tokens: readonly Token[],
): { readonly table: string; readonly event: string } | null {
  const cursor = new Cursor(tokens);
  if (!cursor.accept('CREATE')) return null;
  const head = cursor.rest.slice(0, 12).findIndex(({ value }) => value === 'TRIGGER');
  if (head < 0) return null;
  try {
    for (let skipped = 0; skipped <= head; skipped++) cursor.take();
    cursor.ifNotExists();
    cursor.qualifiedName();
    cursor.acceptAny(['BEFORE', 'AFTER']);
    const event = cursor.acceptAny(['INSERT', 'UPDATE', 'DELETE']);
    cursor.expect('ON');
    return event === null ? null : { event, table: cursor.qualifiedName() };
  } catch (error) {
    if (error instanceof Unread) return null;
    throw error;
  }
}
