import { type Claim, lockOn } from '../../claim.ts';
import { created, dropped } from '../../effects.ts';
import { mayTakeLong } from './alter-table.ts';
import { claim, indexOf } from './claim.ts';
import { type Cursor, Unread } from './cursor.ts';
import * as found from './findings.ts';
import { operationFinding } from './online/findings.ts';
import type { OperationName } from './online/operations.ts';
import type { ScriptMemory } from './script-memory.ts';
import { indexParts } from './table-elements.ts';

const operations: Readonly<Record<string, OperationName>> = {
  FULLTEXT: 'add-fulltext-index',
  SPATIAL: 'add-spatial-index',
};

/** CREATE INDEX. */
export function createIndex(cursor: Cursor, memory: ScriptMemory, replaces: boolean): Claim | null {
  const kind = ['UNIQUE', 'FULLTEXT', 'SPATIAL'].includes(cursor.word()) ? cursor.word() : null;
  if (cursor.word(kind === null ? 0 : 1) !== 'INDEX') return null;
  if (kind !== null) cursor.take();
  cursor.expect('INDEX');
  const hedged = cursor.ifNotExists() || replaces;
  const name = cursor.name();
  if (cursor.accept('USING') || cursor.accept('TYPE')) cursor.take();
  cursor.expect('ON');
  const table = cursor.qualifiedName();
  indexParts(cursor);
  const says = clauses(cursor);
  memory.indexNamed(table, name, null);
  const operation = operations[kind ?? ''] ?? 'add-index';
  const blocks =
    operation !== 'add-index' || says.some((word) => ['COPY', 'SHARED', 'EXCLUSIVE'].includes(word));
  const finding =
    operation === 'add-index'
      ? blocks
        ? found.acceptedCopy(table)
        : null
      : operationFinding(table, operation, memory.known.server);
  return claim(`CREATE ${kind === null ? '' : `${kind} `}INDEX`, 'schema', {
    long: !memory.isSmall(table) && mayTakeLong(operation, memory.known.server),
    locks: lockOn(
      blocks ? 'SHARED NO WRITE, then EXCLUSIVE' : 'SHARED UPGRADABLE, EXCLUSIVE for an instant',
      table,
    ),
    effects: [created(indexOf(table, name), hedged)],
    findings: finding === null || memory.isNew(table) ? [] : [finding],
  });
}

/** The ALGORITHM and LOCK clauses of a statement on an index: their words. */
function clauses(cursor: Cursor): readonly string[] {
  const words: string[] = [];
  while (!cursor.atEnd) {
    if (cursor.accept('WAIT')) cursor.take();
    else if (!cursor.accept('NOWAIT')) {
      if (cursor.acceptAny(['ALGORITHM', 'LOCK']) === null) throw new Unread('behind an index');
      cursor.accept('=');
      words.push(cursor.take().value);
    }
  }
  return words;
}

/** DROP INDEX; the cursor stands behind INDEX. */
export function dropIndex(cursor: Cursor): Claim {
  const ifExists = cursor.ifExists();
  const name = cursor.name();
  cursor.expect('ON');
  const table = cursor.qualifiedName();
  clauses(cursor);
  return claim('DROP INDEX', 'schema', {
    locks: lockOn('SHARED UPGRADABLE, EXCLUSIVE for an instant', table),
    effects: [dropped(indexOf(table, name), ifExists)],
  });
}
