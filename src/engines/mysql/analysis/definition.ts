import type { Action, Reference } from './action.ts';
import { alterActions } from './alter-actions.ts';
import type { ColumnDefinition } from './columns.ts';
import { Cursor, cutAtCommas, Unread } from './cursor.ts';
import { indexParts, isPeriod, tableElement } from './table-elements.ts';
import { option } from './table-options.ts';
import type { Token } from './tokens.ts';

/** What a statement says of the columns, indexes, constraints and options of one table. */
export interface Definition {
  readonly table: string;
  readonly by: 'create-table' | 'alter-table' | 'create-index';
  readonly actions: readonly Action[];
}

/** Null for a statement that defines nothing, and for one that is not read to its end. */
export function definitionOf(tokens: readonly Token[]): Definition | null {
  try {
    const cursor = new Cursor(tokens);
    if (cursor.accept('ALTER')) return alteration(cursor);
    if (!cursor.accept('CREATE')) return null;
    cursor.accept('OR', 'REPLACE');
    return cursor.accept('TABLE') ? creation(cursor) : indexCreation(cursor);
  } catch (error) {
    if (error instanceof Unread) return null;
    throw error;
  }
}

function alteration(cursor: Cursor): Definition | null {
  cursor.accept('ONLINE');
  cursor.accept('IGNORE');
  if (!cursor.accept('TABLE')) return null;
  cursor.ifExists();
  const table = cursor.qualifiedName();
  if (cursor.accept('WAIT')) cursor.take();
  else cursor.accept('NOWAIT');
  return { table, by: 'alter-table', actions: alterActions(cursor) };
}

/** Null for a table that is made like another one or from a query. */
function creation(cursor: Cursor): Definition | null {
  cursor.ifNotExists();
  const table = cursor.qualifiedName();
  if (cursor.word() !== '(' || ['LIKE', 'SELECT', 'WITH', 'TABLE', 'VALUES', '('].includes(cursor.word(1))) {
    return null;
  }
  const actions = cutAtCommas(cursor.parentheses()).flatMap((part) =>
    isPeriod(part) ? [] : [tableElement(part)],
  );
  while (!cursor.atEnd && cursor.word() !== 'PARTITION') {
    if (cursor.accept(',')) continue;
    if (['AS', 'IGNORE', 'REPLACE', 'SELECT', 'WITH', '('].includes(cursor.word())) return null;
    actions.push(option(cursor));
  }
  return { table, by: 'create-table', actions };
}

function indexCreation(cursor: Cursor): Definition | null {
  const word = cursor.acceptAny(['UNIQUE', 'FULLTEXT', 'SPATIAL']);
  if (!cursor.accept('INDEX')) return null;
  const hedged = cursor.ifNotExists();
  const name = cursor.name();
  if (cursor.accept('USING') || cursor.accept('TYPE')) cursor.take();
  cursor.expect('ON');
  const table = cursor.qualifiedName();
  const kind = (word?.toLowerCase() ?? 'index') as 'unique' | 'fulltext' | 'spatial' | 'index';
  const columns = indexParts(cursor);
  return {
    table,
    by: 'create-index',
    actions: [{ does: 'add-index', kind, name, columns, hedged }],
  };
}

/** The columns that a statement adds or defines anew. */
export const columnsIn = (definition: Definition | null): readonly ColumnDefinition[] =>
  (definition?.actions ?? []).flatMap((action) =>
    action.does === 'add-column' || action.does === 'change-column' ? [action.column] : [],
  );

/** Those that it adds. */
export const newColumnsIn = (definition: Definition | null): readonly ColumnDefinition[] =>
  (definition?.actions ?? []).flatMap((action) => (action.does === 'add-column' ? [action.column] : []));

export interface DefinedKey {
  readonly kind: 'index' | 'unique' | 'primary';
  /** Null where the server chooses it. */
  readonly name: string | null;
  readonly columns: readonly string[];
}

/** The keys in an order that a statement makes, without those on expressions. */
export function keysIn(definition: Definition | null): readonly DefinedKey[] {
  return (definition?.actions ?? []).flatMap((action): DefinedKey[] => {
    if (action.does === 'add-column') {
      const { name, primary, unique } = action.column;
      if (primary) return [{ kind: 'primary', name: 'PRIMARY', columns: [name] }];
      return unique ? [{ kind: 'unique', name: null, columns: [name] }] : [];
    }
    if (action.does !== 'add-index' || action.kind === 'fulltext' || action.kind === 'spatial') return [];
    const columns = action.columns.filter((column) => column !== null);
    return columns.length < action.columns.length ? [] : [{ kind: action.kind, name: action.name, columns }];
  });
}

export interface DefinedForeignKey {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly references: Reference;
  /** Behind a column’s type, where some servers pass over it. */
  readonly inline: boolean;
}

export function foreignKeysIn(definition: Definition | null): readonly DefinedForeignKey[] {
  return (definition?.actions ?? []).flatMap((action): DefinedForeignKey[] => {
    if (action.does === 'add-foreign-key') return [{ ...action, inline: false }];
    if (action.does !== 'add-column' && action.does !== 'change-column') return [];
    const { name, references } = action.column;
    return references === null ? [] : [{ name: null, columns: [name], references, inline: true }];
  });
}

/** Names of columns and indexes are compared without regard to case. */
export const sameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
