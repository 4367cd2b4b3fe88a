import { type Claim, lockOn } from '../../claim.ts';
import { created } from '../../effects.ts';
import type { Action } from './action.ts';
import { claim } from './claim.ts';
import { type Cursor, cutAtCommas, Unread } from './cursor.ts';
import { definerClause } from './definer.ts';
import * as found from './findings.ts';
import { createIndex } from './indexes.ts';
import { createRoutine } from './routines.ts';
import type { ScriptMemory } from './script-memory.ts';
import { isPeriod, tableElement } from './table-elements.ts';
import { option } from './table-options.ts';
import { tablesReadBy } from './tables.ts';
import { spelled } from './tokens.ts';

/** CREATE of anything. The cursor stands behind CREATE. */
export function create(cursor: Cursor, memory: ScriptMemory): Claim | null {
  const replaces = cursor.accept('OR', 'REPLACE');
  const temporary = cursor.accept('TEMPORARY');
  if (cursor.accept('TABLE')) return createTable(cursor, memory, replaces, temporary);
  if (temporary) return null;
  return (
    createIndex(cursor, memory, replaces) ??
    createDatabase(cursor) ??
    createSequence(cursor, replaces) ??
    createAccount(cursor) ??
    createView(cursor, replaces) ??
    createRoutine(cursor, replaces)
  );
}

/** CREATE TABLE: locks nothing but the tables it refers to. */
function createTable(cursor: Cursor, memory: ScriptMemory, replaces: boolean, temporary: boolean): Claim {
  const hedged = cursor.ifNotExists();
  const table = cursor.qualifiedName();
  if (cursor.accept('LIKE') || (cursor.word() === '(' && cursor.word(1) === 'LIKE')) cursor.takeAll();
  const elements = cursor.word() === '(' && !isQuery(cursor.word(1)) ? elementsOf(cursor) : [];
  const engine = tableOptions(cursor);
  const query = cursor.takeAll();
  const filled = query.some(({ kind, value }) => kind === 'word' && value === 'SELECT');
  if (query.length > 0 && !filled && !isQuery(query[0]?.value ?? '')) throw new Unread('behind the table');
  if (!hedged || temporary) memory.tableCreated(table, filled ? 'filled' : 'empty');
  for (const element of elements) nameIndexes(table, element, memory);
  const long = filled;
  if (temporary) {
    const verb = 'CREATE TEMPORARY TABLE';
    return claim(verb, 'session', { long, findings: [found.temporaryTable(table)] });
  }
  const referenced = elements.flatMap((element) =>
    element.does === 'add-foreign-key'
      ? [element.references.table]
      : element.does === 'add-column' && element.column.references !== null
        ? [element.column.references.table]
        : [],
  );
  return claim(filled ? 'CREATE TABLE AS' : 'CREATE TABLE', 'schema', {
    long,
    locks: [
      ...lockOn('SHARED READ', ...tablesReadBy(query)),
      ...lockOn(
        'SHARED UPGRADABLE, EXCLUSIVE for an instant',
        ...referenced.filter((name) => name !== table),
      ),
      ...(replaces ? lockOn('EXCLUSIVE', table) : []),
    ],
    effects: [created({ type: 'table', name: table }, hedged || replaces)],
    destroys: replaces,
    findings: [
      ...(replaces ? [found.destructive(`CREATE OR REPLACE drops an existing ${table} with its rows`)] : []),
      ...(engine === null || engine === 'INNODB' ? [] : [found.otherEngine(table, engine)]),
    ],
  });
}

const isQuery = (word: string): boolean => ['SELECT', 'WITH', 'TABLE', 'VALUES', '('].includes(word);

function elementsOf(cursor: Cursor): readonly Action[] {
  return cutAtCommas(cursor.parentheses()).flatMap((tokens) =>
    isPeriod(tokens) ? [] : [tableElement(tokens)],
  );
}

/** Later indexes of the table get other names. */
function nameIndexes(table: string, element: Action, memory: ScriptMemory): void {
  if (element.does === 'add-index') memory.indexNamed(table, element.name, element.columns[0] ?? null);
  if (element.does === 'add-column' && element.column.unique)
    memory.indexNamed(table, null, element.column.name);
}

/** Options up to partitions or a query; answers the storage engine if one is said. */
function tableOptions(cursor: Cursor): string | null {
  let engine: string | null = null;
  while (!cursor.atEnd) {
    if (cursor.accept(',')) continue;
    if (cursor.word() === 'PARTITION') {
      while (!cursor.atEnd && !isQuery(cursor.word())) {
        if (cursor.word() === 'BY') cursor.take();
        if (!cursor.atEnd) cursor.take();
        while (cursor.word() === '(') cursor.parentheses();
      }
      return engine;
    }
    if (['AS', 'IGNORE', 'REPLACE'].includes(cursor.word())) {
      cursor.take();
      continue;
    }
    if (isQuery(cursor.word())) return engine;
    const read = option(cursor);
    if (read.does === 'option' && read.name === 'ENGINE') engine = read.value;
  }
  return engine;
}

function createDatabase(cursor: Cursor): Claim | null {
  if (cursor.acceptAny(['DATABASE', 'SCHEMA']) === null) return null;
  const hedged = cursor.ifNotExists();
  const name = cursor.name();
  cursor.takeAll();
  return claim('CREATE DATABASE', 'schema', { effects: [created({ type: 'schema', name }, hedged)] });
}

function createSequence(cursor: Cursor, replaces: boolean): Claim | null {
  if (!cursor.accept('SEQUENCE')) return null;
  const hedged = cursor.ifNotExists() || replaces;
  const name = cursor.qualifiedName();
  cursor.takeAll();
  return claim('CREATE SEQUENCE', 'schema', { effects: [created({ type: 'sequence', name }, hedged)] });
}

function createAccount(cursor: Cursor): Claim | null {
  const kind = cursor.acceptAny(['USER', 'ROLE']);
  if (kind === null) return null;
  const hedged = cursor.ifNotExists();
  const name = spelled(cursor.take());
  cursor.takeAll();
  return claim(`CREATE ${kind}`, 'schema', { effects: [created({ type: 'other', name }, hedged)] });
}

function createView(cursor: Cursor, replaces: boolean): Claim | null {
  if (!viewAhead(cursor)) return null;
  const definer = viewClauses(cursor);
  cursor.expect('VIEW');
  const hedged = cursor.ifNotExists() || replaces;
  const view = cursor.qualifiedName();
  const query = cursor.takeAll();
  return claim('CREATE VIEW', 'schema', {
    locks: replaces ? lockOn('EXCLUSIVE', view) : lockOn('SHARED READ', ...tablesReadBy(query)),
    effects: [created({ type: 'view', name: view }, hedged)],
    findings: [
      ...(replaces ? [found.replacesExisting(`view ${view}`)] : []),
      ...(definer === null ? [] : [found.foreignDefiner(definer)]),
    ],
  });
}

function viewAhead(cursor: Cursor): boolean {
  const heads = cursor.rest.slice(0, 16).map(({ kind, value }) => (kind === 'word' ? value : ''));
  const before = heads.indexOf('VIEW');
  return (
    before >= 0 &&
    !heads.slice(0, before).some((word) => ['TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT'].includes(word))
  );
}

/** ALGORITHM, DEFINER and SQL SECURITY before VIEW; answers the definer. */
export function viewClauses(cursor: Cursor): string | null {
  let definer: string | null = null;
  for (;;) {
    if (cursor.accept('ALGORITHM')) {
      cursor.accept('=');
      cursor.take();
    } else if (cursor.accept('SQL', 'SECURITY')) cursor.take();
    else if (cursor.word() === 'DEFINER') definer = definerClause(cursor);
    else return definer;
  }
}
