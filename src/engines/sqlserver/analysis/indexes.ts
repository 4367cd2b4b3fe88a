import { type Claim, lockOn } from '../../claim.ts';
import { altered, created, dropped } from '../../effects.ts';
import { claim } from './claim.ts';
import { type Cursor, Unread, withOptions } from './cursor.ts';
import * as found from './findings.ts';
import type { ScriptMemory } from './script-memory.ts';

/** Behind CREATE. Null for what is no index. */
export function createIndex(cursor: Cursor, memory: ScriptMemory): Claim | null {
  const kind = indexKind(cursor);
  if (kind === null) return null;
  const name = cursor.name();
  cursor.expect('ON');
  const table = cursor.qualifiedName();
  const options = withOptions(cursor.rest);
  const isOnline = options.get('ONLINE')?.startsWith('ON') ?? false;
  const offline = kind.clustered || kind.special ? 'Sch-M' : 'S';
  const online = kind.clustered ? 'Sch-M for an instant' : 'S for an instant';
  const isNew = memory.isNew(table);
  const isResumable = options.get('RESUMABLE') === 'ON';
  return claim('CREATE INDEX', 'schema', {
    transactional: !isResumable,
    long: !isNew,
    locks: lockOn(isOnline ? online : offline, table),
    effects: [created({ type: 'index', name, table }, options.get('DROP_EXISTING') === 'ON')],
    findings: [
      ...(isOnline || isNew ? [] : [found.indexNotOnline(table)]),
      ...(kind.clustered && !isNew ? [found.clusteredChange(table, `a clustered index (${name})`)] : []),
      ...(isResumable ? [found.outsideTransactions('CREATE INDEX … RESUMABLE')] : []),
    ],
  });
}

function indexKind(cursor: Cursor): { readonly clustered: boolean; readonly special: boolean } | null {
  const words: string[] = [];
  for (;;) {
    const word = cursor.acceptAny(
      'UNIQUE',
      'CLUSTERED',
      'NONCLUSTERED',
      'COLUMNSTORE',
      'PRIMARY',
      'XML',
      'SPATIAL',
    );
    if (word === null) break;
    words.push(word);
  }
  if (!cursor.accept('INDEX')) return null;
  return {
    clustered: words.includes('CLUSTERED'),
    special: words.some((word) => /^(XML|SPATIAL)$/.test(word)),
  };
}

/** Behind DROP INDEX: `i ON t, j ON u`, or `t.i` as before 2005. */
export function dropIndexes(cursor: Cursor): Claim {
  const ifExists = cursor.accept('IF', 'EXISTS');
  const indexes: { readonly name: string; readonly table: string }[] = [];
  do {
    const parts = cursor.nameParts();
    const name = parts.at(-1) ?? '';
    if (cursor.accept('ON')) indexes.push({ name, table: cursor.qualifiedName() });
    else if (parts.length === 2) indexes.push({ name, table: parts[0] ?? '' });
    else throw new Unread('an index without its table');
    if (cursor.accept('WITH')) cursor.parentheses();
  } while (cursor.accept(','));
  cursor.end();
  return claim('DROP INDEX', 'schema', {
    locks: lockOn('Sch-M', ...indexes.map(({ table }) => table)),
    effects: indexes.map(({ name, table }) => dropped({ type: 'index', name, table }, ifExists)),
  });
}

/** Behind ALTER INDEX. */
export function alterIndex(cursor: Cursor, memory: ScriptMemory): Claim {
  const name = cursor.name();
  cursor.expect('ON');
  const table = cursor.qualifiedName();
  const action = cursor.acceptAny('REBUILD', 'REORGANIZE', 'DISABLE', 'RESUME', 'PAUSE', 'ABORT', 'SET');
  if (action === null) throw new Unread('an action of ALTER INDEX');
  const options = withOptions(cursor.rest);
  const isOnline = options.get('ONLINE')?.startsWith('ON') ?? false;
  const isResumable = options.get('RESUMABLE') === 'ON' || action === 'RESUME';
  const rebuilds = action === 'REBUILD';
  const effects = [altered({ type: 'index' as const, name, table }, action.toLowerCase())];
  return claim('ALTER INDEX', 'schema', {
    transactional: !isResumable && action !== 'PAUSE' && action !== 'ABORT',
    long: (rebuilds || action === 'RESUME' || action === 'REORGANIZE') && !memory.isNew(table),
    locks: lockOn(
      isOnline || action === 'RESUME' ? 'Sch-M for an instant' : action === 'REORGANIZE' ? 'IX' : 'Sch-M',
      table,
    ),
    effects,
    findings: [
      ...(rebuilds && !isOnline && !memory.isNew(table) ? [found.indexNotOnline(table)] : []),
      ...(isResumable ? [found.outsideTransactions('ALTER INDEX … RESUMABLE')] : []),
      ...(action === 'DISABLE' ? [found.constraintOff(table, `index ${name}`)] : []),
    ],
  });
}
