import type { ObjectType } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { dropped, renamed } from '../../effects.ts';
import { claim } from './claim.ts';
import type { Cursor } from './cursor.ts';
import * as found from './findings.ts';
import { dropIndex } from './indexes.ts';
import type { ScriptMemory } from './script-memory.ts';
import { spelled } from './tokens.ts';

const kinds: Readonly<Record<string, { readonly type: ObjectType; readonly holdsData?: true }>> = {
  TABLE: { type: 'table', holdsData: true },
  TABLES: { type: 'table', holdsData: true },
  VIEW: { type: 'view' },
  DATABASE: { type: 'schema', holdsData: true },
  SCHEMA: { type: 'schema', holdsData: true },
  SEQUENCE: { type: 'sequence', holdsData: true },
  PROCEDURE: { type: 'function' },
  FUNCTION: { type: 'function' },
  PACKAGE: { type: 'function' },
  TRIGGER: { type: 'trigger' },
  EVENT: { type: 'other' },
  USER: { type: 'other', holdsData: true },
  ROLE: { type: 'other', holdsData: true },
};

/** DROP of anything. The cursor stands behind DROP. */
export function drop(cursor: Cursor, memory: ScriptMemory): Claim | null {
  if (cursor.accept('INDEX')) return dropIndex(cursor);
  const temporary = cursor.accept('TEMPORARY');
  const word = cursor.acceptAny(Object.keys(kinds));
  const kind = kinds[word ?? ''];
  if (word === null || kind === undefined) return null;
  if (word === 'PACKAGE') cursor.accept('BODY');
  const ifExists = cursor.ifExists();
  const names = namesOf(cursor, word);
  cursor.acceptAny(['RESTRICT', 'CASCADE']);
  if (cursor.accept('WAIT')) cursor.take();
  else cursor.accept('NOWAIT');
  cursor.end();
  const onlyNew = kind.type === 'table' && names.every((name) => memory.isNew(name));
  if (kind.type === 'table') for (const name of names) memory.tableDropped(name);
  if (temporary) return claim('DROP TEMPORARY TABLE', 'session');
  const destroys = kind.holdsData === true && !onlyNew;
  const verb = word === 'TABLES' ? 'TABLE' : word;
  return claim(`DROP ${verb}`, 'schema', {
    locks: ['table', 'view'].includes(kind.type) ? lockOn('EXCLUSIVE', ...names) : [],
    effects: names.map((name) => dropped({ type: kind.type, name }, ifExists)),
    destroys,
    findings: destroys ? [found.destructive(`drops ${verb.toLowerCase()} ${names.join(', ')}`)] : [],
  });
}

function namesOf(cursor: Cursor, word: string): readonly string[] {
  // Users come as 'name'@'host'.
  if (word === 'USER' || word === 'ROLE') {
    return cursor
      .takeAll()
      .flatMap((token) => (token.kind === 'sign' || token.kind === 'variable' ? [] : [spelled(token)]));
  }
  const names = [cursor.qualifiedName()];
  while (cursor.accept(',')) names.push(cursor.qualifiedName());
  return names;
}

/** RENAME TABLE and RENAME USER. The cursor stands behind RENAME. */
export function rename(cursor: Cursor, memory: ScriptMemory): Claim | null {
  if (cursor.accept('USER')) {
    const names = cursor
      .takeAll()
      .flatMap(({ kind, value }) => (kind === 'text' || kind === 'name' ? [value] : []));
    const [name = '', to = ''] = names;
    return claim('RENAME USER', 'schema', { effects: [renamed({ type: 'other', name }, to)] });
  }
  if (cursor.acceptAny(['TABLE', 'TABLES']) === null) return null;
  const ifExists = cursor.ifExists();
  const pairs: { from: string; to: string; isNew: boolean }[] = [];
  do {
    const from = cursor.qualifiedName();
    if (cursor.accept('WAIT')) cursor.take();
    else cursor.accept('NOWAIT');
    cursor.expect('TO');
    const to = cursor.qualifiedName();
    pairs.push({ from, to, isNew: memory.isNew(from) });
    memory.tableRenamed(from, to);
  } while (cursor.accept(','));
  cursor.end();
  // A name that another table takes in the same instant is missed by nobody.
  const missed = pairs.filter(({ from, isNew }) => !isNew && !pairs.some(({ to }) => to === from));
  return claim('RENAME TABLE', 'schema', {
    locks: lockOn('EXCLUSIVE', ...pairs.map(({ from }) => from)),
    effects: pairs.map(({ from, to }) => renamed({ type: 'table', name: from }, to, ifExists)),
    findings: missed.map(({ from, to }) => found.renameBreaksCode(`table ${from}`, to)),
  });
}
