import { type ColumnDefinition, columnDefinition, references } from './columns.ts';
import { Cursor, cutAtCommas, Unread } from './cursor.ts';
import type { Token } from './tokens.ts';

export type IndexKind = 'index' | 'unique' | 'fulltext' | 'spatial' | 'primary';

/** One action of an ALTER TABLE, as it is written. `hedged` stands for its IF EXISTS or IF NOT EXISTS. */
export type Action =
  | { readonly does: 'add-column'; readonly column: ColumnDefinition; readonly hedged: boolean }
  | { readonly does: 'drop-column'; readonly name: string; readonly hedged: boolean }
  /** CHANGE and MODIFY. */
  | {
      readonly does: 'change-column';
      readonly from: string;
      readonly column: ColumnDefinition;
      readonly hedged: boolean;
    }
  | { readonly does: 'rename-column'; readonly from: string; readonly to: string; readonly hedged: boolean }
  | {
      readonly does: 'alter-column';
      readonly name: string;
      readonly what: 'set default' | 'drop default' | 'visibility';
      readonly hedged: boolean;
    }
  | {
      readonly does: 'add-index';
      readonly kind: IndexKind;
      readonly name: string | null;
      readonly firstColumn: string | null;
      readonly hedged: boolean;
    }
  | { readonly does: 'drop-index'; readonly name: string; readonly hedged: boolean }
  | { readonly does: 'drop-primary-key' }
  | { readonly does: 'rename-index'; readonly from: string; readonly to: string; readonly hedged: boolean }
  | { readonly does: 'index-visibility'; readonly name: string; readonly hedged: boolean }
  | {
      readonly does: 'add-foreign-key';
      readonly name: string | null;
      readonly references: string;
      readonly hedged: boolean;
    }
  | { readonly does: 'drop-foreign-key'; readonly name: string; readonly hedged: boolean }
  | { readonly does: 'add-check'; readonly name: string | null; readonly hedged: boolean }
  | { readonly does: 'drop-constraint'; readonly name: string; readonly hedged: boolean }
  | { readonly does: 'enforce-check'; readonly name: string; readonly enforced: boolean }
  | { readonly does: 'rename-table'; readonly to: string }
  | { readonly does: 'convert-charset'; readonly charset: string }
  | { readonly does: 'option'; readonly name: string; readonly value: string }
  | { readonly does: 'force' }
  | { readonly does: 'order-by' }
  | { readonly does: 'toggle-keys'; readonly on: boolean }
  | { readonly does: 'tablespace'; readonly what: 'discard' | 'import' }
  | { readonly does: 'versioning'; readonly what: 'add' | 'drop' }
  | { readonly does: 'partition'; readonly what: string; readonly names: readonly string[] }
  /** ALGORITHM, LOCK and VALIDATION clauses, and MariaDB's WAIT. */
  | { readonly does: 'clause'; readonly name: 'ALGORITHM' | 'LOCK' | 'VALIDATION'; readonly value: string };

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

const indexWords: Readonly<Record<string, IndexKind>> = {
  INDEX: 'index',
  KEY: 'index',
  UNIQUE: 'unique',
  FULLTEXT: 'fulltext',
  SPATIAL: 'spatial',
};

/** An index or constraint; null where a column begins. */
function indexOrConstraint(cursor: Cursor): Action | null {
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
  const firstColumn = indexParts(cursor);
  return {
    does: 'add-index',
    kind,
    name: kind === 'primary' ? 'PRIMARY' : (name ?? symbol),
    firstColumn,
    hedged: tolerant,
  };
}

/** Columns and options of an index, behind its name and, in CREATE INDEX, its table: the first column. */
export function indexParts(cursor: Cursor): string | null {
  if (cursor.accept('USING') || cursor.accept('TYPE')) cursor.take();
  const [first] = cutAtCommas(cursor.parentheses());
  indexOptions(cursor);
  const token = first?.[0];
  if (token?.kind === 'name') return token.value;
  return token?.kind === 'word' ? token.raw : null;
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
  cursor.parentheses();
  return { does: 'add-foreign-key', name: symbol ?? name, references: references(cursor), hedged: tolerant };
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

const partitionVerbs = new Set(
  'PARTITION REMOVE REORGANIZE COALESCE TRUNCATE EXCHANGE ANALYZE CHECK OPTIMIZE REBUILD REPAIR DISCARD IMPORT'.split(
    ' ',
  ),
);

function partitioning(cursor: Cursor): readonly Action[] | null {
  const verb = cursor.word();
  if (!partitionVerbs.has(verb)) return null;
  if (verb === 'PARTITION' ? cursor.word(1) !== 'BY' : !cursor.word(1).startsWith('PARTITION')) return null;
  cursor.take();
  return [partitionAction(cursor, verb === 'PARTITION' ? 'by' : verb.toLowerCase())];
}

function partitionAction(cursor: Cursor, what: string): Action {
  cursor.take();
  if (what === 'drop' || what === 'truncate') {
    cursor.ifExists();
    const names = [cursor.name()];
    while (cursor.accept(',')) names.push(cursor.name());
    return { does: 'partition', what, names };
  }
  cursor.takeAll();
  return { does: 'partition', what, names: [] };
}

/** Options of a table that take a value. */
const options = new Set(
  `ENGINE AUTO_INCREMENT AVG_ROW_LENGTH CHARSET CHECKSUM TABLE_CHECKSUM COLLATE COMMENT COMPRESSION CONNECTION DELAY_KEY_WRITE
   ENCRYPTED ENCRYPTION ENCRYPTION_KEY_ID IETF_QUOTES INSERT_METHOD KEY_BLOCK_SIZE MAX_ROWS MIN_ROWS PACK_KEYS
   PAGE_CHECKSUM PAGE_COMPRESSED PAGE_COMPRESSION_LEVEL PASSWORD ROW_FORMAT SECONDARY_ENGINE SEQUENCE
   STATS_AUTO_RECALC STATS_PERSISTENT STATS_SAMPLE_PAGES TABLESPACE TRANSACTIONAL UNION`.split(/\s+/),
);

/** An option of a table. Throws Unread for an unknown one. */
export function option(cursor: Cursor): Action {
  const standard = cursor.accept('DEFAULT');
  if (cursor.accept('CHARACTER', 'SET')) return optionValue(cursor, 'CHARSET');
  if (cursor.accept('DATA', 'DIRECTORY') || cursor.accept('INDEX', 'DIRECTORY'))
    return optionValue(cursor, 'DIRECTORY');
  if (!standard && cursor.accept('WITH', 'SYSTEM', 'VERSIONING')) return { does: 'versioning', what: 'add' };
  const name = cursor.word();
  if (!options.has(name)) throw new Unread(`no option: ${cursor.peek()?.raw ?? ''}`);
  cursor.take();
  return optionValue(cursor, name);
}

function optionValue(cursor: Cursor, name: string): Action {
  cursor.accept('=');
  if (cursor.word() === '(') {
    cursor.parentheses();
    return { does: 'option', name, value: '' };
  }
  return { does: 'option', name, value: cursor.take().value.toUpperCase() };
}
