import { alterClaims } from './alter-claims.ts';
import { type QualifiedName, Reader } from './reader.ts';

/** Something the catalogue shows once a statement has taken effect: an object that is there, or is no more. */
export type Claim = ClaimedObject & {
  readonly present: boolean;
  /** IF [NOT] EXISTS: what holds already is no error. */
  readonly tolerant: boolean;
};

export type ClaimedObject =
  | {
      readonly what: 'table' | 'view' | 'trigger' | 'procedure' | 'function' | 'event' | 'database';
      readonly object: QualifiedName;
    }
  | {
      readonly what: 'column' | 'index' | 'constraint';
      readonly table: QualifiedName;
      readonly name: string;
    };

/** What has to be known of a statement outside transactions to find out later whether it took effect. */
export type AloneStatement =
  | {
      readonly does: 'change';
      readonly claims: readonly Claim[];
      /** The table it alters: what no claim tells shows in its definition. */
      readonly altered: QualifiedName | null;
      /** One object after the other: a crash, or an error on some servers, may leave some of it in effect. */
      readonly piecemeal: ((claims: readonly Claim[]) => string) | null;
    }
  /** Doing it twice is doing it once. */
  | { readonly does: 'repeatable' }
  /** Nobody can tell afterwards whether it was done. */
  | { readonly does: 'unverifiable' };

const unverifiable: AloneStatement = { does: 'unverifiable' };

/** Reads a statement as far as its heads go; the server will parse it in full. */
export function readAloneStatement(text: string): AloneStatement {
  const reader = new Reader(text);
  if (reader.accept('CREATE')) return readCreate(reader);
  if (reader.accept('DROP')) return readDrop(reader);
  if (reader.accept('RENAME TABLE') || reader.accept('RENAME TABLES')) return readRename(reader);
  if (reader.accept('ALTER')) return readAlter(reader);
  return repeatable.some((words) => reader.accept(words)) ? { does: 'repeatable' } : unverifiable;
}

const repeatable = ['ANALYZE', 'OPTIMIZE', 'CHECK', 'REPAIR', 'FLUSH', 'GRANT', 'REVOKE', 'LOCK', 'UNLOCK'];

const kinds = {
  TABLE: 'table',
  SEQUENCE: 'table',
  VIEW: 'view',
  TRIGGER: 'trigger',
  PROCEDURE: 'procedure',
  FUNCTION: 'function',
  EVENT: 'event',
  DATABASE: 'database',
  SCHEMA: 'database',
} as const;

type KindWord = keyof typeof kinds;
const kindWords = Object.keys(kinds) as readonly KindWord[];

function readCreate(reader: Reader): AloneStatement {
  if (reader.accept('OR REPLACE')) return { does: 'repeatable' };
  reader.acceptAnyOf('UNIQUE', 'FULLTEXT', 'SPATIAL', 'AGGREGATE', 'ONLINE', 'OFFLINE');
  if (reader.accept('INDEX')) return readCreateIndex(reader);
  if (reader.accept('TEMPORARY')) return unverifiable;
  // ALGORITHM = …, DEFINER = `a`@`b`, SQL SECURITY … stand before the kind of object.
  reader.skipTo(...kindWords, 'USER', 'ROLE');
  if (reader.accept('USER') || reader.accept('ROLE')) {
    return reader.accept('IF NOT EXISTS') ? { does: 'repeatable' } : unverifiable;
  }
  const word = kindWords.find((one) => reader.accept(one));
  if (word === undefined) return unverifiable;
  const tolerant = reader.accept('IF NOT EXISTS');
  const object = reader.qualified();
  // The rows of a table made of a query are written after the table: it may be there and empty.
  if (
    object === null ||
    (word === 'TABLE' && reader.rest.some(({ kind, value }) => kind === 'word' && value === 'SELECT'))
  )
    return unverifiable;
  return change([{ what: kinds[word], object, present: true, tolerant }]);
}

function readCreateIndex(reader: Reader): AloneStatement {
  const tolerant = reader.accept('IF NOT EXISTS');
  const name = reader.name();
  reader.skipTo('ON');
  reader.skip();
  const table = reader.qualified();
  if (name === null || table === null) return unverifiable;
  return change([{ what: 'index', table, name, present: true, tolerant }], table);
}

function readDrop(reader: Reader): AloneStatement {
  reader.acceptAnyOf('ONLINE', 'OFFLINE');
  if (reader.accept('INDEX')) return readDropIndex(reader);
  if (reader.accept('TEMPORARY')) return unverifiable;
  if (reader.accept('USER') || reader.accept('ROLE')) {
    return reader.accept('IF EXISTS') ? { does: 'repeatable' } : unverifiable;
  }
  const word = reader.accept('TABLES') ? 'TABLE' : kindWords.find((one) => reader.accept(one));
  if (word === undefined) return unverifiable;
  const tolerant = reader.accept('IF EXISTS');
  const claims: Claim[] = [];
  do {
    const object = reader.qualified();
    if (object === null) return unverifiable;
    claims.push({ what: kinds[word], object, present: false, tolerant });
  } while (reader.accept(','));
  const tail = reader.accept('CASCADE') ? ' CASCADE' : '';
  const dropRest = (left: readonly Claim[]): string =>
    `DROP ${word}${tolerant ? ' IF EXISTS' : ''} ${left.map(writtenName).join(', ')}${tail}`;
  return { does: 'change', claims, altered: null, piecemeal: claims.length > 1 ? dropRest : null };
}

function readDropIndex(reader: Reader): AloneStatement {
  const tolerant = reader.accept('IF EXISTS');
  const name = reader.name();
  if (name === null || !reader.accept('ON')) return unverifiable;
  const table = reader.qualified();
  if (table === null) return unverifiable;
  return change([{ what: 'index', table, name, present: false, tolerant }], table);
}

/** Pairs of claims, the old name's and the new name's. Names that are both cannot be told by what there is. */
function readRename(reader: Reader): AloneStatement {
  const tolerant = reader.accept('IF EXISTS');
  const claims: Claim[] = [];
  do {
    const from = reader.qualified();
    reader.acceptAnyOf('WAIT', 'NOWAIT');
    if (from === null || !reader.accept('TO')) return unverifiable;
    const to = reader.qualified();
    if (to === null) return unverifiable;
    claims.push({ what: 'table', object: from, present: false, tolerant });
    claims.push({ what: 'table', object: to, present: true, tolerant });
  } while (reader.accept(','));
  const names = claims.map(writtenName);
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) return unverifiable;
  const renameRest = (left: readonly Claim[]): string => {
    const open = left.map(writtenName);
    const olds = claims.flatMap((_, at) => (at % 2 === 0 && open.includes(names[at] ?? '') ? [at] : []));
    return `RENAME TABLE ${olds.map((at) => `${names[at]} TO ${names[at + 1]}`).join(', ')}`;
  };
  return { does: 'change', claims, altered: null, piecemeal: claims.length > 2 ? renameRest : null };
}

function readAlter(reader: Reader): AloneStatement {
  reader.acceptAnyOf('ONLINE', 'OFFLINE', 'IGNORE');
  if (!reader.accept('TABLE')) {
    // ALTER VIEW, EVENT, PROCEDURE … say how it shall be, not what to change.
    reader.skipTo('VIEW', 'EVENT', 'PROCEDURE', 'FUNCTION', 'DATABASE', 'SCHEMA', 'USER');
    return reader.atEnd || reader.rest.some(({ value }) => value === 'RENAME')
      ? unverifiable
      : { does: 'repeatable' };
  }
  const ifExists = reader.accept('IF EXISTS');
  const table = reader.qualified();
  if (table === null) return unverifiable;
  const claims = alterClaims(table, reader.rest);
  if (claims === null) return unverifiable;
  return change(ifExists ? claims.map((claim) => ({ ...claim, tolerant: true })) : claims, table);
}

const change = (claims: readonly Claim[], altered: QualifiedName | null = null): AloneStatement => ({
  does: 'change',
  claims,
  altered,
  piecemeal: null,
});

/** In backticks, qualified as the author did. */
function writtenName(claim: ClaimedObject): string {
  const { schema, name } = 'object' in claim ? claim.object : { ...claim.table, name: claim.name };
  return [schema, name]
    .flatMap((part) => (part === null ? [] : [`\`${part.replaceAll('`', '``')}\``]))
    .join('.');
}
