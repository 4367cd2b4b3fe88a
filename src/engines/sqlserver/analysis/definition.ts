import { Cursor, cutAtCommas, Unread } from './cursor.ts';
import type { Token } from './lexer.ts';

export interface DefinedColumn {
  readonly name: string;
  /** In capitals, without what stands in parentheses; AS for a computed column. */
  readonly type: string;
  /** What stands behind its name. */
  readonly body: readonly Token[];
}

export interface DefinedConstraint {
  readonly kind: 'primary' | 'unique' | 'foreign' | 'check' | 'default' | 'index';
  /** Null where the server chooses one. */
  readonly name: string | null;
  /** As far as it says them; that of the column behind which it stands. */
  readonly columns: readonly string[];
  /** From the word that tells its kind to its end. */
  readonly body: readonly Token[];
}

/** The columns and constraints that CREATE TABLE or ALTER TABLE … ADD defines. */
export interface Definition {
  readonly by: 'create-table' | 'alter-table';
  readonly table: string;
  readonly columns: readonly DefinedColumn[];
  readonly constraints: readonly DefinedConstraint[];
}

/** Null for any other statement, and for what cannot be read. */
export function definitionOf(tokens: readonly Token[]): Definition | null {
  return readOrNull(() => {
    const cursor = new Cursor(tokens);
    if (cursor.accept('CREATE', 'TABLE')) {
      const table = cursor.qualifiedName();
      return define('create-table', table, cursor.parentheses());
    }
    if (!cursor.accept('ALTER', 'TABLE')) return null;
    const table = cursor.qualifiedName();
    if (cursor.accept('WITH')) cursor.take();
    return cursor.accept('ADD') ? define('alter-table', table, cursor.rest) : null;
  });
}

export interface DefinedIndex {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly filtered: boolean;
}

/** What CREATE INDEX makes; null for any other statement. */
export function indexOf(tokens: readonly Token[]): DefinedIndex | null {
  return readOrNull(() => {
    const cursor = new Cursor(tokens);
    if (!cursor.accept('CREATE')) return null;
    const unique = cursor.accept('UNIQUE');
    cursor.acceptAny('CLUSTERED', 'NONCLUSTERED');
    if (!cursor.accept('INDEX')) return null;
    const name = cursor.name();
    cursor.expect('ON');
    const table = cursor.qualifiedName();
    const columns = namesIn(cursor.parentheses());
    return { name, table, columns, unique, filtered: cursor.rest.some(({ value }) => value === 'WHERE') };
  });
}

function readOrNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unread) return null;
    throw error;
  }
}

function define(by: Definition['by'], table: string, list: readonly Token[]): Definition {
  const columns: DefinedColumn[] = [];
  const constraints: DefinedConstraint[] = [];
  for (const item of cutAtCommas(list)) {
    const [first] = item;
    if (first?.kind === 'word' && beginsConstraint.has(first.value)) {
      constraints.push(...constraintsIn(item, null));
    } else if (first?.kind === 'word' || first?.kind === 'name') {
      const name = new Cursor(item).name();
      const body = item.slice(1);
      columns.push({ name, type: typeIn(body), body });
      constraints.push(...constraintsIn(body, name));
    }
  }
  return { by, table, columns, constraints };
}

const beginsConstraint = new Set(['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK', 'DEFAULT', 'INDEX']);

/** `dbo.email` and `sys.int` are types as well. */
function typeIn(body: readonly Token[]): string {
  const [first, dot, second] = body;
  return ((dot?.raw === '.' ? second : first)?.value ?? '').toUpperCase();
}

const kinds: Readonly<Record<string, DefinedConstraint['kind']>> = {
  PRIMARY: 'primary',
  UNIQUE: 'unique',
  FOREIGN: 'foreign',
  REFERENCES: 'foreign',
  CHECK: 'check',
  DEFAULT: 'default',
  INDEX: 'index',
};

/** @param column behind whose name they stand; null for those of the table */
function constraintsIn(tokens: readonly Token[], column: string | null): readonly DefinedConstraint[] {
  const heads = tokens.flatMap((token, at) => {
    const kind = token.kind === 'word' ? kinds[token.value] : undefined;
    return kind !== undefined && isHead(tokens, at) ? [{ kind, at }] : [];
  });
  return heads.map(({ kind, at }, index) => {
    const body = tokens.slice(at, heads[index + 1]?.at);
    const before = tokens[at - 2];
    const named = before?.kind === 'word' && before.value === 'CONSTRAINT';
    const name = named
      ? new Cursor(tokens.slice(at - 1)).name()
      : kind === 'index'
        ? new Cursor(body.slice(1)).name()
        : null;
    return { kind, name, columns: column === null ? ofTable(body) : [column], body };
  });
}

/** Outside parentheses, and neither `SET DEFAULT` nor the REFERENCES that goes with a FOREIGN KEY. */
function isHead(tokens: readonly Token[], at: number): boolean {
  const before = tokens.slice(0, at);
  const depth = before.reduce((sum, { raw }) => sum + (raw === '(' ? 1 : raw === ')' ? -1 : 0), 0);
  if (depth !== 0) return false;
  const word = tokens[at]?.value;
  if (word === 'DEFAULT') return before.at(-1)?.value !== 'SET';
  return word !== 'REFERENCES' || !before.some(({ kind, value }) => kind === 'word' && value === 'FOREIGN');
}

function ofTable(body: readonly Token[]): readonly string[] {
  const open = body.findIndex(({ raw }) => raw === '(');
  if (open < 0 || !/^(PRIMARY|UNIQUE|FOREIGN|INDEX)$/.test(body[0]?.value ?? '')) return [];
  return namesIn(new Cursor(body.slice(open)).parentheses());
}

/** `a, b DESC` */
const namesIn = (tokens: readonly Token[]): readonly string[] =>
  cutAtCommas(tokens).map((part) => new Cursor(part).name());
