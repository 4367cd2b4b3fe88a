import type { SchemaObject } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered, dropped, written } from '../../effects.ts';
import { alterColumn } from './alter-column.ts';
import { type ClaimDetails, claim } from './claim.ts';
import { Cursor, cutAtCommas, hasWords, Unread } from './cursor.ts';
import * as found from './findings.ts';
import type { ScriptMemory } from './script-memory.ts';
import { addedItem } from './tables.ts';

/** Behind ALTER TABLE. Whatever it does, it has the table for itself (Sch-M) until its transaction ends. */
export function alterTable(cursor: Cursor, memory: ScriptMemory): Claim {
  const table = cursor.qualifiedName();
  const action = actionOf(cursor, table, memory);
  return claim('ALTER TABLE', 'schema', { locks: lockOn('Sch-M', table), ...action });
}

function actionOf(cursor: Cursor, table: string, memory: ScriptMemory): ClaimDetails {
  const isChecked = cursor.accept('WITH', 'CHECK') ? true : cursor.accept('WITH', 'NOCHECK') ? false : null;
  switch (
    cursor.acceptAny(
      'ADD',
      'DROP',
      'ALTER',
      'CHECK',
      'NOCHECK',
      'ENABLE',
      'DISABLE',
      'SWITCH',
      'REBUILD',
      'SET',
    )
  ) {
    case 'ADD':
      return add(cursor, table, isChecked ?? true, memory);
    case 'DROP':
      return drop(cursor, table, memory);
    case 'ALTER':
      return alterColumn(cursor, table, memory);
    case 'CHECK':
      return switchOn(cursor, table, isChecked === true, memory);
    case 'NOCHECK':
      return switchOff(cursor, table, 'CONSTRAINT');
    case 'ENABLE':
      cursor.expect('TRIGGER');
      return { effects: triggersOf(cursor, table) };
    case 'DISABLE':
      return switchOff(cursor, table, 'TRIGGER');
    case 'SWITCH':
      return switchPartition(cursor, table);
    case 'REBUILD':
      return {
        effects: [altered({ type: 'table', name: table }, 'rebuild')],
        long: !memory.isNew(table),
        findings: [found.rewrite(table, 'REBUILD writes the table anew')],
      };
    case 'SET':
      // Of system versioning: rows of the history are kept or not.
      if (hasWords(cursor.parentheses(), 'SYSTEM_VERSIONING')) throw new Unread('SYSTEM_VERSIONING');
      return { effects: [altered({ type: 'table', name: table }, 'options')] };
    default:
      throw new Unread('an action of ALTER TABLE');
  }
}

function add(cursor: Cursor, table: string, isChecked: boolean, memory: ScriptMemory): ClaimDetails {
  const items = cutAtCommas(cursor.takeAll());
  if (items.some(([first]) => first?.value === 'PERIOD')) throw new Unread('PERIOD FOR SYSTEM_TIME');
  const added = items.map((item) => addedItem(item, table, isChecked, memory));
  return {
    effects: added.flatMap((one) => one.effects),
    long: added.some((one) => one.long),
    locks: added.flatMap((one) => one.locks),
    findings: added.flatMap((one) => one.findings),
  };
}

function drop(cursor: Cursor, table: string, memory: ScriptMemory): ClaimDetails {
  const parts = droppedParts(cursor, table);
  const lost = parts.filter(
    ({ object: { type, name } }) => type === 'column' && !memory.isNewColumn(table, name),
  );
  const key = memory.known.table(table)?.keys.find(({ primary }) => primary);
  const losesOrder = parts.some(({ object: { type, name } }) => type === 'constraint' && name === key?.name);
  return {
    effects: parts.map(({ object, ifExists }) => dropped(object, ifExists)),
    destroys: lost.length > 0,
    long: losesOrder,
    findings: [
      ...lost.map(({ object }) =>
        found.destructive(`drops column ${object.name} of ${table} with its values`),
      ),
      ...(losesOrder ? [found.clusteredChange(table, 'dropping the primary key, if it is clustered,')] : []),
    ],
  };
}

interface DroppedPart {
  readonly object: SchemaObject;
  readonly ifExists: boolean;
}

/** `DROP CONSTRAINT IF EXISTS a, COLUMN b, c`: a word holds until the next; without any it is a constraint. */
function droppedParts(cursor: Cursor, table: string): readonly DroppedPart[] {
  let type: 'column' | 'constraint' = 'constraint';
  let ifExists = false;
  return cutAtCommas(cursor.takeAll()).map((item) => {
    const part = new Cursor(item);
    const word = part.acceptAny('COLUMN', 'CONSTRAINT', 'PERIOD', 'INDEX');
    if (word === 'PERIOD' || word === 'INDEX') throw new Unread(`DROP ${word}`);
    if (word !== null) {
      type = word === 'COLUMN' ? 'column' : 'constraint';
      ifExists = part.accept('IF', 'EXISTS');
    }
    const object: SchemaObject = { type, name: part.name(), table };
    // Of a clustered key dropped online: WITH (ONLINE = ON).
    if (!part.atEnd && !part.accept('WITH')) throw new Unread('more than a name');
    return { object, ifExists };
  });
}

/** `CHECK CONSTRAINT a, b`; only WITH CHECK before it has the rows looked at, and the constraint trusted again. */
function switchOn(cursor: Cursor, table: string, isChecked: boolean, memory: ScriptMemory): ClaimDetails {
  const names = constraintsOf(cursor);
  const spoken = names.join(', ');
  return {
    effects: names.map((name) =>
      altered({ type: 'constraint', name, table }, isChecked ? 'validate' : 'enable'),
    ),
    long: isChecked && !memory.isNew(table),
    findings: [isChecked ? found.constraintScan(table, spoken) : found.notTrusted(table, spoken)],
  };
}

function switchOff(cursor: Cursor, table: string, word: 'CONSTRAINT' | 'TRIGGER'): ClaimDetails {
  cursor.expect(word);
  const type = word === 'TRIGGER' ? 'trigger' : 'constraint';
  return {
    effects: namesIn(cursor).map((name) => altered({ type, name, table }, 'disable')),
    findings: [type === 'trigger' ? found.triggerOff(table) : found.constraintOff(table, 'a constraint')],
  };
}

function constraintsOf(cursor: Cursor): readonly string[] {
  cursor.expect('CONSTRAINT');
  return namesIn(cursor);
}

const triggersOf = (cursor: Cursor, table: string) =>
  namesIn(cursor).map((name) => altered({ type: 'trigger', name, table }, 'enabled'));

function namesIn(cursor: Cursor): readonly string[] {
  const names = [cursor.name()];
  while (cursor.accept(',')) names.push(cursor.name());
  cursor.end();
  return names;
}

function switchPartition(cursor: Cursor, table: string): ClaimDetails {
  const at = cursor.rest.findIndex((token) => token.kind === 'word' && token.value === 'TO');
  if (at < 0) throw new Unread('SWITCH without TO');
  const other = new Cursor(cursor.rest.slice(at + 1)).qualifiedName();
  return {
    locks: lockOn('Sch-M', table, other),
    effects: [written(table), written(other)],
    destroys: true,
    findings: [found.destructive(`moves rows of ${table} to ${other}`)],
  };
}
