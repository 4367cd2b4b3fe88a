import type { ObjectType } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered } from '../../effects.ts';
import { claim } from './claim.ts';
import { type Cursor, Unread } from './cursor.ts';
import * as found from './findings.ts';

/** `DISABLE TRIGGER a, b ON t` and ENABLE; null for any other statement. */
export function triggerSwitch(cursor: Cursor): Claim | null {
  const verb = cursor.word();
  if (!cursor.accept('DISABLE', 'TRIGGER') && !cursor.accept('ENABLE', 'TRIGGER')) return null;
  const names = [cursor.qualifiedName()];
  while (cursor.accept(',')) names.push(cursor.qualifiedName());
  cursor.expect('ON');
  if (cursor.word() === 'DATABASE' || cursor.word() === 'ALL') throw new Unread('triggers of the server');
  const table = cursor.qualifiedName();
  cursor.end();
  const type: ObjectType = 'trigger';
  const isOff = verb === 'DISABLE';
  return claim(`${verb} TRIGGER`, 'schema', {
    locks: lockOn('Sch-M', table),
    effects: names.map((name) => altered({ type, name, table }, isOff ? 'disable' : 'enabled')),
    findings: isOff ? [found.triggerOff(table)] : [],
  });
}
