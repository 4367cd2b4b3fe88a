import type { Effect } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered, created, dropped } from '../../effects.ts';
import { claim } from './claim.ts';
import * as found from './findings.ts';
import type { Node } from './parser.ts';
import type { ScriptMemory } from './script-memory.ts';
import { all, as, besideTable, isOn, listName, relationName } from './tree.ts';

/** CREATE INDEX. */
export function createIndex(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'IndexStmt');
  if (statement === undefined) return null;
  const table = relationName(statement.relation);
  const concurrent = statement.concurrent === true;
  const unique = statement.unique ? 'UNIQUE ' : '';
  const effects: Effect[] =
    statement.idxname === undefined
      ? [altered({ type: 'table', name: table }, 'add an index')]
      : [created({ type: 'index', name: besideTable(statement.relation, statement.idxname), table })];
  const findings = [
    ...(!concurrent && !memory.isNew(table) ? [found.indexNotConcurrent(table)] : []),
    ...(concurrent && statement.idxname === undefined ? [found.unnamedConcurrentIndex(table)] : []),
  ];
  return claim(`CREATE ${unique}INDEX${concurrent ? ' CONCURRENTLY' : ''}`, 'schema', {
    transactional: !concurrent,
    long: !memory.isSmall(table),
    locks: lockOn(concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', table),
    effects,
    findings,
  });
}

/** DROP INDEX; the table is not in its text. */
export function dropIndex(node: Node): Claim | null {
  const statement = as(node, 'DropStmt');
  if (statement?.removeType !== 'OBJECT_INDEX') return null;
  const concurrent = statement.concurrent === true;
  const cascade = statement.behavior === 'DROP_CASCADE';
  const names = all(statement.objects, 'List').map((list) => listName(list.items));
  const shown = names.join(', ');
  return claim(`DROP INDEX${concurrent ? ' CONCURRENTLY' : ''}`, 'schema', {
    transactional: !concurrent,
    // Waits for every transaction that may still use the index.
    long: concurrent,
    lockElsewhere: concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE',
    effects: names.map((name) => dropped({ type: 'index', name })),
    destroys: cascade,
    findings: [
      ...(concurrent ? [] : [found.indexDropNotConcurrent(shown)]),
      ...(cascade ? [found.destructive(`drops ${shown} and everything that depends on it`)] : []),
    ],
  });
}

const reindexed: Readonly<Record<string, string>> = {
  REINDEX_OBJECT_INDEX: 'INDEX',
  REINDEX_OBJECT_TABLE: 'TABLE',
  REINDEX_OBJECT_SCHEMA: 'SCHEMA',
  REINDEX_OBJECT_SYSTEM: 'SYSTEM',
  REINDEX_OBJECT_DATABASE: 'DATABASE',
};

/** REINDEX: what it leaves is what it found, so it has no effect to undo. */
export function reindex(node: Node): Claim | null {
  const statement = as(node, 'ReindexStmt');
  const what = reindexed[statement?.kind ?? ''];
  if (statement === undefined || what === undefined) return null;
  const concurrent = isOn(statement.params, 'concurrently');
  const name = statement.relation === undefined ? (statement.name ?? '') : relationName(statement.relation);
  const mode = concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
  const single = what === 'INDEX' || what === 'TABLE';
  return claim(`REINDEX ${what}${concurrent ? ' CONCURRENTLY' : ''}`, 'schema', {
    transactional: !concurrent && single,
    long: true,
    ...(what === 'TABLE' ? { locks: lockOn(mode, name) } : { lockElsewhere: mode }),
    findings: concurrent ? [] : [found.reindexNotConcurrent(`${what.toLowerCase()} ${name}`.trim())],
  });
}
