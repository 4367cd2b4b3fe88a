import type { Action } from './action.ts';
import { columnDefinition } from './columns.ts';
import { type Cursor, cutAtCommas, Unread } from './cursor.ts';
import { partitionAction, partitioning } from './partition-actions.ts';
import { indexOrConstraint, tableElement } from './table-elements.ts';
import { option } from './table-options.ts';

/** Reads the comma-separated actions behind the table's name. Throws Unread for anything unknown. */
export function alterActions(cursor: Cursor): readonly Action[] {
  const actions: Action[] = [];
  while (!cursor.atEnd) {
    actions.push(...action(cursor));
    // Options of a table may stand side by side, and partitioning follows without a comma.
    if (!cursor.accept(',') && !cursor.atEnd && !mayFollowDirectly(actions.at(-1), cursor)) {
      throw new Unread(`behind an action: ${cursor.peek()?.raw ?? ''}`);
    }
  }
  return actions;
}

const mayFollowDirectly = (last: Action | undefined, cursor: Cursor): boolean =>
  last?.does === 'option' || ['PARTITION', 'REMOVE', 'ALGORITHM', 'LOCK'].includes(cursor.word());

function action(cursor: Cursor): readonly Action[] {
  if (cursor.accept('ADD')) return add(cursor);
  if (cursor.accept('DROP')) return [drop(cursor)];
  if (cursor.accept('MODIFY')) return [change(cursor, false)];
  if (cursor.accept('CHANGE')) return [change(cursor, true)];
  if (cursor.accept('ALTER')) return [alter(cursor)];
  if (cursor.accept('RENAME')) return [rename(cursor)];
  if (cursor.accept('CONVERT', 'TO', 'CHARACTER', 'SET') || cursor.accept('CONVERT', 'TO', 'CHARSET')) {
    const charset = cursor.take().value;
    if (cursor.accept('COLLATE')) cursor.take();
    return [{ does: 'convert-charset', charset }];
  }
  if (cursor.accept('FORCE')) return [{ does: 'force' }];
  if (cursor.accept('ORDER', 'BY')) {
    cursor.takeAll();
    return [{ does: 'order-by' }];
  }
  if (cursor.accept('ENABLE', 'KEYS')) return [{ does: 'toggle-keys', on: true }];
  if (cursor.accept('DISABLE', 'KEYS')) return [{ does: 'toggle-keys', on: false }];
  if (cursor.accept('DISCARD', 'TABLESPACE')) return [{ does: 'tablespace', what: 'discard' }];
  if (cursor.accept('IMPORT', 'TABLESPACE')) return [{ does: 'tablespace', what: 'import' }];
  const clause = cursor.acceptAny(['ALGORITHM', 'LOCK']);
  if (clause !== null) {
    cursor.accept('=');
    return [{ does: 'clause', name: clause === 'LOCK' ? 'LOCK' : 'ALGORITHM', value: cursor.take().value }];
  }
  const validation = cursor.accept('WITHOUT', 'VALIDATION') || cursor.accept('WITH', 'VALIDATION');
  if (validation) return [{ does: 'clause', name: 'VALIDATION', value: '' }];
  return partitioning(cursor) ?? [option(cursor)];
}

function add(cursor: Cursor): readonly Action[] {
  if (cursor.word() === 'PARTITION') return [partitionAction(cursor, 'add')];
  if (cursor.accept('SYSTEM', 'VERSIONING')) return [{ does: 'versioning', what: 'add' }];
  const definition = indexOrConstraint(cursor);
  if (definition !== null) return [definition];
  cursor.accept('COLUMN');
  const hedged = cursor.ifNotExists();
  if (cursor.word() === '(') {
    // Each part is read by a cursor of its own.
    return cutAtCommas(cursor.parentheses()).map((part) => tableElement(part, hedged));
  }
  return [{ does: 'add-column', column: columnDefinition(cursor, cursor.name()), hedged }];
}

function drop(cursor: Cursor): Action {
  if (cursor.accept('PRIMARY', 'KEY')) return { does: 'drop-primary-key' };
  if (cursor.word() === 'PARTITION') return partitionAction(cursor, 'drop');
  if (cursor.accept('SYSTEM', 'VERSIONING')) return { does: 'versioning', what: 'drop' };
  if (cursor.accept('INDEX') || cursor.accept('KEY')) return named(cursor, 'drop-index');
  if (cursor.accept('FOREIGN', 'KEY')) return named(cursor, 'drop-foreign-key');
  if (
    cursor.accept('CONSTRAINT') ||
    (cursor.word() === 'CHECK' && cursor.word(1) !== '' && cursor.accept('CHECK'))
  ) {
    return named(cursor, 'drop-constraint');
  }
  cursor.accept('COLUMN');
  const dropped = named(cursor, 'drop-column');
  cursor.acceptAny(['RESTRICT', 'CASCADE']);
  return dropped;
}

function named<Does extends 'drop-column' | 'drop-index' | 'drop-foreign-key' | 'drop-constraint'>(
  cursor: Cursor,
  does: Does,
): { readonly does: Does; readonly name: string; readonly hedged: boolean } {
  const hedged = cursor.ifExists();
  return { does, name: cursor.name(), hedged };
}

function change(cursor: Cursor, renames: boolean): Action {
  cursor.accept('COLUMN');
  const hedged = cursor.ifExists();
  const from = cursor.name();
  const column = columnDefinition(cursor, renames ? cursor.name() : from);
  return { does: 'change-column', from, column, hedged };
}

function alter(cursor: Cursor): Action {
  if (cursor.accept('INDEX') || cursor.accept('KEY')) {
    const hedged = cursor.ifExists();
    const name = cursor.name();
    if (!cursor.accept('NOT', 'IGNORED') && cursor.acceptAny(['VISIBLE', 'INVISIBLE', 'IGNORED']) === null) {
      throw new Unread('of an index');
    }
    return { does: 'index-visibility', name, hedged };
  }
  if (cursor.accept('CHECK') || cursor.accept('CONSTRAINT')) {
    const name = cursor.name();
    const enforced = !cursor.accept('NOT');
    cursor.expect('ENFORCED');
    return { does: 'enforce-check', name, enforced };
  }
  cursor.accept('COLUMN');
  const hedged = cursor.ifExists();
  const name = cursor.name();
  if (cursor.accept('DROP', 'DEFAULT')) return { does: 'alter-column', name, what: 'drop default', hedged };
  cursor.expect('SET');
  if (cursor.acceptAny(['VISIBLE', 'INVISIBLE']) !== null) {
    return { does: 'alter-column', name, what: 'visibility', hedged };
  }
  cursor.expect('DEFAULT');
  cursor.upToComma();
  return { does: 'alter-column', name, what: 'set default', hedged };
}

function rename(cursor: Cursor): Action {
  const kind = cursor.acceptAny(['COLUMN', 'INDEX', 'KEY']);
  if (kind !== null) {
    const hedged = cursor.ifExists();
    const from = cursor.name();
    cursor.expect('TO');
    return { does: kind === 'COLUMN' ? 'rename-column' : 'rename-index', from, to: cursor.name(), hedged };
  }
  if (!cursor.accept('TO') && !cursor.accept('AS')) cursor.accept('=');
  return { does: 'rename-table', to: cursor.qualifiedName() };
}
