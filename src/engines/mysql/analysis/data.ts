import { type Claim, lockOn } from '../../claim.ts';
import { written } from '../../effects.ts';
import { claim } from './claim.ts';
import * as found from './findings.ts';
import { writingCallsIn } from './functions.ts';
import type { TableLock } from './locks.ts';
import { change, withCalls } from './row-changes.ts';
import type { ScriptMemory } from './script-memory.ts';
import { nameAt, type TableReference, tableList, tablesReadBy } from './tables.ts';
import type { Token } from './tokens.ts';

const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.value);

/** Index of the first of the words outside parentheses, from `from` on; -1 if there is none. */
function indexOf(tokens: readonly Token[], words: readonly string[], from = 0): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const raw = tokens[at]?.raw;
    if (raw === '(') depth++;
    else if (raw === ')') depth--;
    else if (depth === 0 && tokens[at - 1]?.raw !== '.' && isWord(tokens[at], ...words)) return at;
  }
  return -1;
}

/** SELECT, INSERT, REPLACE, UPDATE and DELETE, also behind WITH. */
export function query(all: readonly Token[], memory: ScriptMemory): Claim | null {
  const tokens = all[0]?.raw === '(' ? all.filter((_, at) => at > 0) : all;
  const verbAt = isWord(tokens[0], 'WITH') ? indexOf(tokens, mainVerbs) : 0;
  const verb = tokens[verbAt]?.kind === 'word' ? tokens[verbAt]?.value : undefined;
  switch (verb) {
    case 'SELECT':
    case 'VALUES':
    case 'TABLE':
      return select(tokens, verb);
    case 'INSERT':
    case 'REPLACE':
      return insert(tokens, verbAt, verb, memory);
    case 'UPDATE':
      return update(tokens, verbAt, memory);
    case 'DELETE':
      return remove(tokens, verbAt, memory);
    default:
      return null;
  }
}

const mainVerbs = ['SELECT', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'VALUES', 'TABLE'];
const modifiers = ['LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'QUICK', 'IGNORE', 'INTO'];

function select(tokens: readonly Token[], verb: string): Claim {
  const named = verb === 'TABLE' ? nameAt(tokens, 1) : null;
  const tables = named === null ? tablesReadBy(tokens) : [named.name];
  const locking = tokens.some(
    (token, at) =>
      (isWord(token, 'FOR') && isWord(tokens[at + 1], 'UPDATE', 'SHARE')) ||
      (isWord(token, 'LOCK') && isWord(tokens[at + 1], 'IN')),
  );
  const locks = lockOn(locking ? 'SHARED WRITE' : 'SHARED READ', ...tables);
  const long = tables.length > 0;
  const into = tokens.findIndex((token) => isWord(token, 'INTO'));
  if (isWord(tokens[into + 1], 'OUTFILE', 'DUMPFILE')) {
    return opaque(verb, locks, 'SELECT … INTO OUTFILE writes outside the database');
  }
  const suspects = writingCallsIn(tokens);
  if (suspects.length > 0) {
    return opaque(
      verb,
      locks,
      `the query calls ${suspects.map((name) => `${name}(…)`).join(', ')}, which may write`,
    );
  }
  if (into >= 0 || tokens.some(({ raw }) => raw === ':=')) {
    return claim(verb, 'session', {
      long,
      locks,
      findings: [found.sessionSetting('a variable set by a query')],
    });
  }
  return claim(verb, 'query', { long, locks });
}

const opaque = (verb: string, locks: readonly TableLock[], why: string): Claim =>
  claim(verb, 'unknown', { long: true, locks, destroys: true, findings: [found.unknown(why)] });

function insert(tokens: readonly Token[], verbAt: number, verb: string, memory: ScriptMemory): Claim {
  let at = verbAt + 1;
  while (isWord(tokens[at], ...modifiers)) at++;
  const table = nameAt(tokens, at)?.name ?? '';
  const rest = tokens.slice(at);
  const reads = tablesReadBy(tokens).filter((name) => name !== table);
  const long = rest.some((token) => isWord(token, 'SELECT', 'TABLE')) && tablesReadBy(tokens).length > 0;
  const duplicate = rest.findIndex(
    (token, index) => isWord(token, 'DUPLICATE') && isWord(rest[index + 1], 'KEY'),
  );
  const columns = duplicate < 0 ? null : assignedColumns(rest.slice(duplicate + 3));
  const isNew = memory.isNew(table);
  const replaces = verb === 'REPLACE' && !isNew;
  const overwrites = columns !== null && !isNew && !columns.every((name) => memory.isNewColumn(table, name));
  if (long) memory.tableFilled(table);
  const loss = replaces
    ? `REPLACE deletes rows of ${table} that conflict`
    : `overwrites rows of ${table} that conflict`;
  return withCalls(tokens, {
    verb,
    table,
    reads,
    long,
    effects: [written(table)],
    losses: replaces || overwrites ? [loss] : [],
    findings: long && !isNew ? [found.bulkInsert(table)] : [],
  });
}

/** The columns left of `=` in a list of assignments. */
function assignedColumns(tokens: readonly Token[]): readonly string[] {
  const columns: string[] = [];
  let depth = 0;
  let begins = true;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.raw === '(') depth++;
    if (token?.raw === ')') depth--;
    if (depth === 0 && isWord(token, 'WHERE', 'ORDER', 'LIMIT', 'RETURNING')) break;
    if (begins) columns.push(nameAt(tokens, at)?.name ?? '');
    begins = depth === 0 && token?.raw === ',';
  }
  return columns;
}

function update(tokens: readonly Token[], verbAt: number, memory: ScriptMemory): Claim {
  let at = verbAt + 1;
  while (isWord(tokens[at], ...modifiers)) at++;
  const setAt = indexOf(tokens, ['SET'], at);
  const from = tokens.slice(at, setAt < 0 ? tokens.length : setAt);
  const references = joined(from);
  const assignments = tokens.slice(setAt + 1);
  const columns = assignedColumns(assignments);
  const targets = targetsOf(columns, references);
  const [only] = references.length === 1 ? references : [];
  const everyRow =
    indexOf(tokens, ['WHERE', 'LIMIT'], setAt) < 0 ||
    (only !== undefined &&
      isStillEmpty(tokens.slice(indexOf(tokens, ['WHERE'], setAt) + 1), only.name, memory));
  const whole = everyRow && only !== undefined;
  return change(tokens, 'UPDATE', targets, references, memory, {
    what: 'overwrites values of',
    whole: whole ? found.updateWithoutWhere : null,
    columns: references.length === 1 ? columns.map((name) => name.split('.').at(-1) ?? name) : null,
  });
}

/** `WHERE added IS NULL`: no row has a value yet in a column that this script has added. */
function isStillEmpty(where: readonly Token[], table: string, memory: ScriptMemory): boolean {
  const bare = where.filter(({ raw }) => raw !== '(' && raw !== ')');
  const column = nameAt(bare, 0);
  if (column === null || bare.length !== column.next + 2) return false;
  if (!isWord(bare[column.next], 'IS') || !isWord(bare[column.next + 1], 'NULL')) return false;
  return memory.isNewColumn(table, column.name.split('.').at(-1) ?? '');
}

/** Every table of a list with joins. */
function joined(tokens: readonly Token[]): readonly TableReference[] {
  const references = [...tableList(tokens, 0)];
  tokens.forEach((token, at) => {
    if (isWord(token, 'JOIN', 'STRAIGHT_JOIN')) references.push(...tableList(tokens, at + 1));
  });
  return references;
}

/** The tables whose columns are assigned to; all of them where the columns do not say. */
function targetsOf(columns: readonly string[], references: readonly TableReference[]): readonly string[] {
  const all = references.map(({ name }) => name);
  if (references.length === 1) return all;
  const targets = columns.map((column) => {
    const qualifier = column.split('.').slice(0, -1).join('.');
    return references.find(({ name, alias }) => (alias ?? name) === qualifier || name === qualifier)?.name;
  });
  return targets.some((name) => name === undefined)
    ? all
    : [...new Set(targets.filter((name) => name !== undefined))];
}

function remove(tokens: readonly Token[], verbAt: number, memory: ScriptMemory): Claim {
  let at = verbAt + 1;
  while (isWord(tokens[at], ...modifiers)) at++;
  const fromAt = indexOf(tokens, ['FROM'], at);
  const usingAt = indexOf(tokens, ['USING'], at);
  const whereAt = indexOf(tokens, ['WHERE', 'ORDER', 'LIMIT', 'RETURNING'], at);
  const end = whereAt < 0 ? tokens.length : whereAt;
  // `DELETE a, b FROM …`, `DELETE FROM a, b USING …`, `DELETE FROM a`.
  const several = fromAt > at || usingAt > fromAt;
  const named =
    several && fromAt > at ? tokens.slice(at, fromAt) : tokens.slice(fromAt + 1, usingAt < 0 ? end : usingAt);
  const sources = joined(tokens.slice((usingAt > fromAt ? usingAt : fromAt) + 1, end));
  const names = tableList(
    named.filter(({ raw }) => raw !== '*'),
    0,
  ).map(({ name }) => name.replace(/\.$/, ''));
  const targets = names.map((name) => sources.find(({ alias }) => alias === name)?.name ?? name);
  const whole = indexOf(tokens, ['WHERE', 'LIMIT'], at) < 0 && !several;
  return change(tokens, 'DELETE', targets, sources, memory, {
    what: 'deletes rows of',
    whole: whole ? found.deleteWithoutWhere : null,
    columns: null,
  });
}
