import { type Claim, lockOn } from '../../claim.ts';
import { created, written } from '../../effects.ts';
import { claim } from './claim.ts';
import { Cursor, hasWords, outsideParentheses, Unread } from './cursor.ts';
import * as found from './findings.ts';
import type { Token } from './lexer.ts';
import type { ScriptMemory } from './script-memory.ts';
import { isTemporary } from './temporary.ts';

/** SELECT, INSERT, UPDATE, DELETE, MERGE, BULK INSERT and TRUNCATE TABLE, with common table expressions before them. */
export function query(tokens: readonly Token[], memory: ScriptMemory): Claim | null {
  const cursor = new Cursor(behindWith(tokens));
  switch (cursor.acceptAny('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'BULK', 'TRUNCATE')) {
    case 'SELECT':
      return select(cursor, memory);
    case 'INSERT':
      return insert(cursor, memory);
    case 'UPDATE':
      return update(cursor, memory);
    case 'DELETE':
      return remove(cursor, memory);
    case 'MERGE':
      return merge(cursor, memory);
    case 'BULK': {
      cursor.expect('INSERT');
      return bulk('BULK INSERT', cursor.qualifiedName(), memory);
    }
    case 'TRUNCATE': {
      cursor.expect('TABLE');
      const table = cursor.qualifiedName();
      const lost = !memory.isNew(table);
      return claim('TRUNCATE TABLE', 'data', {
        locks: lockOn('Sch-M', table),
        effects: [written(table)],
        destroys: lost,
        findings: lost ? [found.destructive(`removes all rows of ${table}`)] : [],
      });
    }
    default:
      return null;
  }
}

const mainVerbs = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE']);

function behindWith(tokens: readonly Token[]): readonly Token[] {
  if (tokens[0]?.value !== 'WITH') return tokens;
  let depth = 0;
  const at = tokens.findIndex((token) => {
    if (token.raw === '(') depth++;
    if (token.raw === ')') depth--;
    return depth === 0 && token.kind === 'word' && mainVerbs.has(token.value);
  });
  return at < 0 ? tokens : tokens.slice(at);
}

/** `SELECT … INTO t` makes a table. A function may write nothing here, but NEXT VALUE FOR and OPENQUERY may. */
function select(cursor: Cursor, memory: ScriptMemory): Claim {
  const tokens = outsideParentheses(cursor.takeAll());
  const into = tokens.findIndex((token) => token.kind === 'word' && token.value === 'INTO');
  if (into < 0) return claim('SELECT', 'query', { long: hasWords(tokens, 'FROM') });
  const table = new Cursor(tokens.slice(into + 1)).qualifiedName();
  if (isTemporary(table)) return claim('SELECT INTO', 'session', { findings: [found.temporaryTable(table)] });
  memory.tableCreated(table);
  return claim('SELECT INTO', 'schema', {
    long: true,
    locks: lockOn('Sch-M', table),
    effects: [created({ type: 'table', name: table })],
    findings: hasWords(tokens, 'FROM') ? [found.selectInto(table)] : [],
  });
}

function insert(cursor: Cursor, memory: ScriptMemory): Claim {
  skipTop(cursor);
  cursor.accept('INTO');
  if (cursor.peek()?.kind === 'variable') return claim('INSERT', 'query');
  const table = cursor.qualifiedName();
  const rest = cursor.takeAll();
  if (hasWords(rest, 'EXEC') || hasWords(rest, 'EXECUTE')) throw new Unread('INSERT … EXEC');
  if (isTemporary(table)) return claim('INSERT', 'data', { findings: [found.temporaryTable(table)] });
  if (hasWords(rest, 'SELECT') && hasWords(rest, 'FROM')) return bulk('INSERT', table, memory);
  return claim('INSERT', 'data', { locks: lockOn('IX', table), effects: [written(table)] });
}

const bulk = (verb: string, table: string, memory: ScriptMemory): Claim =>
  claim(verb, 'data', {
    long: true,
    locks: lockOn('IX', table),
    effects: [written(table)],
    findings: memory.isNew(table) ? [] : [found.bulkInsert(table)],
  });

function update(cursor: Cursor, memory: ScriptMemory): Claim {
  if (cursor.accept('STATISTICS')) {
    const table = cursor.qualifiedName();
    return claim('UPDATE STATISTICS', 'schema', { long: true, locks: lockOn('Sch-S', table) });
  }
  const isBatch = skipTop(cursor);
  if (cursor.peek()?.kind === 'variable') return claim('UPDATE', 'query');
  const named = cursor.qualifiedName();
  const rest = cursor.takeAll();
  const table = behindAlias(named, rest);
  const whole = !hasWords(rest, 'JOIN') && (!hasWords(rest, 'WHERE') || isStillEmpty(rest, table, memory));
  const columns = setColumns(rest);
  const isNew = memory.isNew(table);
  const destroys =
    !isNew && !(columns.length > 0 && columns.every((name) => memory.isNewColumn(table, name)));
  return change('UPDATE', table, isNew, destroys, [
    ...(destroys ? [found.destructive(`overwrites values of ${table}`)] : []),
    ...(whole && !isNew && !isBatch ? [found.updateWithoutWhere(table)] : []),
    ...(whole || isNew || isBatch ? [] : [found.mayEscalate('UPDATE', table)]),
  ]);
}

/** `WHERE added IS NULL`: no row has a value yet in a column that this script has added. */
function isStillEmpty(rest: readonly Token[], table: string, memory: ScriptMemory): boolean {
  const where = rest.slice(rest.findLastIndex(({ kind, value }) => kind === 'word' && value === 'WHERE') + 1);
  const [column, is, none, more] = where.slice(where.findLastIndex(({ raw }) => raw === '.') + 1);
  if (column === undefined || is?.value !== 'IS' || none?.value !== 'NULL' || more !== undefined)
    return false;
  return memory.isNewColumn(table, column.kind === 'name' ? column.value : column.raw);
}

function remove(cursor: Cursor, memory: ScriptMemory): Claim {
  const isBatch = skipTop(cursor);
  cursor.accept('FROM');
  if (cursor.peek()?.kind === 'variable') return claim('DELETE', 'query');
  const named = cursor.qualifiedName();
  const rest = cursor.takeAll();
  const table = behindAlias(named, rest);
  const whole = !hasWords(rest, 'WHERE') && !hasWords(rest, 'JOIN');
  const isNew = memory.isNew(table);
  return change('DELETE', table, isNew, !isNew, [
    ...(isNew ? [] : [found.destructive(`deletes rows of ${table}`)]),
    ...(whole && !isNew && !isBatch ? [found.deleteWithoutWhere(table)] : []),
    ...(whole || isNew || isBatch ? [] : [found.mayEscalate('DELETE', table)]),
  ]);
}

function merge(cursor: Cursor, memory: ScriptMemory): Claim {
  skipTop(cursor);
  cursor.accept('INTO');
  const table = cursor.qualifiedName();
  const rest = cursor.takeAll();
  const isNew = memory.isNew(table);
  const destroys = !isNew && (hasWords(rest, 'THEN', 'UPDATE') || hasWords(rest, 'THEN', 'DELETE'));
  const serial = rest.some((token) => /^(HOLDLOCK|SERIALIZABLE)$/.test(token.value));
  return change('MERGE', table, isNew, destroys, [
    ...(destroys ? [found.destructive(`overwrites or deletes rows of ${table}`)] : []),
    ...(serial || isNew ? [] : [found.mergeRaces(table)]),
  ]);
}

const change = (
  verb: string,
  table: string,
  isNew: boolean,
  destroys: boolean,
  findings: Claim['findings'],
): Claim =>
  isTemporary(table)
    ? claim(verb, 'data', { findings: [found.temporaryTable(table)] })
    : claim(verb, 'data', {
        long: !isNew,
        locks: lockOn('IX', table),
        effects: [written(table)],
        destroys,
        findings,
      });

/** Answers whether it says how many rows at most. */
function skipTop(cursor: Cursor): boolean {
  if (!cursor.accept('TOP')) return false;
  cursor.parentheses();
  cursor.accept('PERCENT');
  return true;
}

/** `UPDATE u SET … FROM dbo.users AS u`: what the alias stands for. */
function behindAlias(named: string, rest: readonly Token[]): string {
  const tokens = outsideParentheses(rest);
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || !/^(FROM|JOIN|,)$/.test(token.value)) continue;
    const next = tokens[index + 1];
    if (next?.kind !== 'word' && next?.kind !== 'name') continue;
    const cursor = new Cursor(tokens.slice(index + 1));
    const table = cursor.qualifiedName();
    cursor.accept('AS');
    const alias = cursor.peek();
    if (alias?.kind === 'name' ? alias.value === named : alias?.value === named.toUpperCase()) return table;
  }
  return named;
}

/** The names before the `=` behind SET. */
function setColumns(rest: readonly Token[]): readonly string[] {
  const tokens = outsideParentheses(rest);
  const from = tokens.findIndex((token) => token.value === 'SET' && token.kind === 'word');
  const names: string[] = [];
  for (let index = from + 1; index < tokens.length; index++) {
    const token = tokens[index];
    if (token?.kind === 'word' && /^(FROM|WHERE|OUTPUT|OPTION)$/.test(token.value)) break;
    const before = tokens[index - 1];
    if (index !== from + 1 && before?.raw !== ',') continue;
    const isQualified = tokens[index + 1]?.raw === '.';
    const name = tokens[isQualified ? index + 2 : index];
    names.push(name?.kind === 'name' ? name.value : (name?.raw ?? ''));
  }
  return names;
}
