import type { ObjectType } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { created } from '../../effects.ts';
import { claim } from './claim.ts';
import type { Cursor } from './cursor.ts';
import { definerClause } from './definer.ts';
import * as found from './findings.ts';

const kinds: Readonly<Record<string, ObjectType>> = {
  PROCEDURE: 'function',
  FUNCTION: 'function',
  PACKAGE: 'function',
  EVENT: 'other',
  TRIGGER: 'trigger',
};

/** CREATE PROCEDURE, FUNCTION, EVENT and TRIGGER, whose bodies are not looked into: they run later. */
export function createRoutine(cursor: Cursor, replaces: boolean): Claim | null {
  const definer = definerClause(cursor);
  cursor.accept('AGGREGATE');
  const word = cursor.acceptAny(Object.keys(kinds));
  const type = kinds[word ?? ''];
  if (word === null || type === undefined) return null;
  if (word === 'PACKAGE') cursor.accept('BODY');
  const hedged = cursor.ifNotExists() || replaces;
  const name = cursor.qualifiedName();
  const table = type === 'trigger' ? triggerTable(cursor) : null;
  cursor.takeAll();
  const logged = word === 'TRIGGER' || word === 'FUNCTION';
  return claim(`CREATE ${word}`, 'schema', {
    locks: table === null ? [] : lockOn('SHARED NO WRITE, then EXCLUSIVE', table),
    effects: [created(table === null ? { type, name } : { type, name, table }, hedged)],
    findings: [
      ...(replaces ? [found.replacesExisting(`${word.toLowerCase()} ${name}`)] : []),
      ...(definer === null ? [] : [found.foreignDefiner(definer)]),
      ...(logged ? [found.loggedRoutine(`CREATE ${word}`)] : []),
    ],
  });
}

function triggerTable(cursor: Cursor): string {
  cursor.acceptAny(['BEFORE', 'AFTER']);
  cursor.acceptAny(['INSERT', 'UPDATE', 'DELETE']);
  cursor.expect('ON');
  return cursor.qualifiedName();
}
