import type { Action, IndexKind } from './action.ts';
import { columnDefinition, columnNames, references } from './columns.ts';
import { Cursor, cutAtCommas, Unread } from './cursor.ts';
import { spelled, type Token } from './tokens.ts';

/** A column, index or constraint between the parentheses of CREATE TABLE or ADD COLUMN (…). */
export function tableElement(tokens: readonly Token[], hedged = false): Action {
  const cursor = new Cursor(tokens);
  const element: Action = indexOrConstraint(cursor) ?? {
    does: 'add-column',
    column: columnDefinition(cursor, cursor.name()),
    hedged,
  };
  cursor.end();
  return element;
}

/** MariaDB's PERIOD FOR SYSTEM_TIME (a, b). */
export const isPeriod = ([first, second]: readonly Token[]): boolean =>
  first?.value === 'PERIOD' && second?.value === 'FOR';

const indexWords: Readonly<Record<string, IndexKind>> = {
  INDEX: 'index',
  KEY: 'index',
  UNIQUE: 'unique',
  FULLTEXT: 'fulltext',
  SPATIAL: 'spatial',
};

/** An index or constraint; null where a column begins. */
export function indexOrConstraint(cursor: Cursor): Action | null {
  let symbol: string | null = null;
  let hedged = false;
  if (cursor.accept('CONSTRAINT')) {
    hedged = cursor.ifNotExists();
    if (!['PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK'].includes(cursor.word())) symbol = cursor.name();
  }
  if (cursor.accept('PRIMARY', 'KEY')) return index(cursor, 'primary', 'PRIMARY', hedged);
  if (cursor.accept('FOREIGN', 'KEY')) return foreignKey(cursor, symbol, hedged);
  if (cursor.accept('CHECK')) {
    cursor.parentheses();
    if (!cursor.accept('NOT', 'ENFORCED')) cursor.accept('ENFORCED');
    return { does: 'add-check', name: symbol, hedged };
  }
  const kind = indexWords[cursor.word()];
  if (kind === undefined) {
    if (symbol !== null) throw new Unread('a constraint of no known kind');
    return null;
  }
  cursor.take();
  cursor.acceptAny(['INDEX', 'KEY']);
  return index(cursor, kind, symbol, hedged);
}

function index(cursor: Cursor, kind: IndexKind, symbol: string | null, hedged: boolean): Action {
  const tolerant = cursor.ifNotExists() || hedged;
  const isNamed = cursor.word() !== '(' && cursor.word() !== 'USING' && cursor.word() !== 'TYPE';
  const name = isNamed ? cursor.name() : null;
  const columns = indexParts(cursor);
  return {
    does: 'add-index',
    kind,
    name: kind === 'primary' ? 'PRIMARY' : (name ?? symbol),
    columns,
    hedged: tolerant,
  };
}

/** Columns and options of an index, behind its name and, in CREATE INDEX, its table: null for an expression. */
export function indexParts(cursor: Cursor): readonly (string | null)[] {
  if (cursor.accept('USING') || cursor.accept('TYPE')) cursor.take();
  const parts = cutAtCommas(cursor.parentheses());
  indexOptions(cursor);
  return parts.map(([first]) => (first?.kind === 'name' || first?.kind === 'word' ? spelled(first) : null));
}

function indexOptions(cursor: Cursor): void {
  for (;;) {
    if (cursor.accept('USING') || cursor.accept('TYPE') || cursor.accept('COMMENT')) cursor.take();
    else if (
      cursor.accept('KEY_BLOCK_SIZE') ||
      cursor.accept('ENGINE_ATTRIBUTE') ||
      cursor.accept('CLUSTERING')
    ) {
      cursor.accept('=');
      cursor.take();
    } else if (cursor.accept('WITH', 'PARSER')) cursor.name();
    else if (
      !cursor.accept('NOT', 'IGNORED') &&
      cursor.acceptAny(['VISIBLE', 'INVISIBLE', 'IGNORED']) === null
    )
      return;
  }
}

function foreignKey(cursor: Cursor, symbol: string | null, hedged: boolean): Action {
  const tolerant = cursor.ifNotExists() || hedged;
  const name = cursor.word() === '(' ? null : cursor.name();
  const columns = columnNames(cursor);
  const referred = references(cursor);
  return {
    does: 'add-foreign-key',
    name: symbol ?? name,
    columns,
    references: referred,
    hedged: tolerant,
  };
}
