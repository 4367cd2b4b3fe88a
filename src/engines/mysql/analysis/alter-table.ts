import type { Effect, Finding, SchemaObject } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered, created, dropped, renamed } from '../../effects.ts';
import type { Action } from './action.ts';
import { alterActions } from './alter-actions.ts';
import { claim, indexOf } from './claim.ts';
import type { ColumnDefinition } from './columns.ts';
import type { Cursor } from './cursor.ts';
import * as found from './findings.ts';
import type { Known } from './known.ts';
import { operationFinding } from './online/findings.ts';
import { isConditional, type OperationName, waysOf } from './online/operations.ts';
import { operationsOf } from './online/operations-of.ts';
import type { OnlineServer } from './online/version.ts';
import { onlyAddsValues } from './rules/enum-values.ts';
import type { ScriptMemory } from './script-memory.ts';

/** ALTER TABLE: the sum of its actions. The cursor stands behind ALTER. */
export function alterTable(cursor: Cursor, memory: ScriptMemory): Claim | null {
  const online = cursor.accept('ONLINE');
  const ignore = cursor.accept('IGNORE');
  if (!cursor.accept('TABLE')) return null;
  const ifExists = cursor.ifExists();
  const table = cursor.qualifiedName();
  if (cursor.accept('WAIT')) cursor.take();
  else cursor.accept('NOWAIT');
  const actions = alterActions(cursor);
  const quiet = memory.isNew(table);
  const operations = operationsOf(actions.filter((action) => !isOfCatalogue(action, table, memory.known)));
  const effects = actions.flatMap((action) => effectsOf(table, action, ifExists, memory));
  const losses = quiet ? [] : actions.flatMap((action) => lossesOf(table, action));
  if (ignore) losses.push('drops rows that break a new unique key');
  const { server } = memory.known;
  const blocking =
    !online && (operations.some((name) => mayBlock(name, server)) || actions.some(saysToBlock));
  return claim('ALTER TABLE', 'schema', {
    long: !memory.isSmall(table) && operations.some((name) => mayTakeLong(name, server)),
    locks: lockOn(
      blocking ? 'SHARED NO WRITE, then EXCLUSIVE' : 'SHARED UPGRADABLE, EXCLUSIVE for an instant',
      table,
      ...actions.flatMap((action) => (action.does === 'add-foreign-key' ? [action.references.table] : [])),
    ),
    effects: effects.length > 0 ? effects : [altered(tableOf(table), 'nothing', ifExists)],
    destroys: losses.length > 0,
    findings: [
      ...losses.map(found.destructive),
      ...(quiet ? [] : findingsOf(table, actions, operations, { online, server })),
      ...actions.flatMap(notes),
    ],
  });
}

const tableOf = (name: string): SchemaObject => ({ type: 'table', name });

/** Proved by what the column is now: nothing but values at the end of its ENUM or SET. */
function isOfCatalogue(action: Action, table: string, known: Known): boolean {
  if (action.does !== 'change-column') return false;
  const { column, from } = action;
  const now = known.column(table, from);
  const stays = column.nullable === now?.nullable && column.charset === null && !column.placed;
  return stays && onlyAddsValues(now?.type, column);
}

const mayBlock = (name: OperationName, server: OnlineServer | null): boolean =>
  waysOf(name, server).every(({ way }) => way.algorithm === 'COPY' || way.lock === 'SHARED');

export const mayTakeLong = (name: OperationName, server: OnlineServer | null): boolean =>
  isConditional(name) || waysOf(name, server).some(({ way }) => way.rebuilds || way.scans);

const saysToBlock = (action: Action): boolean =>
  action.does === 'clause' && ['COPY', 'SHARED', 'EXCLUSIVE'].includes(action.value);

function findingsOf(
  table: string,
  actions: readonly Action[],
  operations: readonly OperationName[],
  { online, server }: { readonly online: boolean; readonly server: OnlineServer | null },
): readonly Finding[] {
  const findings: Finding[] = [];
  if (actions.some(saysToBlock)) findings.push(found.acceptedCopy(table));
  else if (!online && !actions.some(saysNotToBlock)) {
    for (const name of new Set(operations)) {
      const one = operationFinding(table, name, server);
      if (one !== null) findings.push(one);
    }
  }
  for (const action of actions) {
    if (action.does === 'add-column') {
      const { column } = action;
      if (!column.nullable && column.standard === null && !isComputed(column)) {
        findings.push(found.notNullWithoutDefault(table, column.name));
      }
    }
    if (action.does === 'rename-table') findings.push(found.renameBreaksCode(`table ${table}`, action.to));
    const renaming = columnRenaming(action);
    if (renaming !== null) {
      findings.push(found.renameBreaksCode(`column ${renaming.from} of ${table}`, renaming.to));
    }
  }
  return findings;
}

const saysNotToBlock = (action: Action): boolean =>
  action.does === 'clause' && ['INSTANT', 'NOCOPY', 'NONE'].includes(action.value);

const isComputed = (column: ColumnDefinition): boolean => column.generated !== null || column.autoIncrement;

/** Existing rows have a value in the new column: its default, what it is computed from, or what NOT NULL stands for. */
const isFilled = (column: ColumnDefinition): boolean =>
  column.standard !== null || isComputed(column) || !column.nullable || column.primary;

function notes(action: Action): readonly Finding[] {
  if (action.does !== 'add-column') return [];
  const { column } = action;
  return column.standard !== null && column.generated === null
    ? [found.addColumnWithDefault(column.name)]
    : [];
}

function columnRenaming(action: Action): { readonly from: string; readonly to: string } | null {
  if (action.does === 'rename-column') return action;
  if (action.does === 'change-column' && action.from.toLowerCase() !== action.column.name.toLowerCase()) {
    return { from: action.from, to: action.column.name };
  }
  return null;
}

/** What is gone afterwards, in words. */
function lossesOf(table: string, action: Action): readonly string[] {
  switch (action.does) {
    case 'drop-column':
      return [`drops column ${action.name} of ${table} with its values`];
    case 'change-column':
      return roundsValues(action.column)
        ? [`changing column ${action.from} of ${table} to ${action.column.type} may round or cut its values`]
        : [];
    case 'partition':
      return ['drop', 'truncate', 'exchange'].includes(action.what)
        ? [`${action.what}s partitions of ${table} with their rows`]
        : [];
    case 'tablespace':
      return action.what === 'discard' ? [`discards all rows of ${table}`] : [];
    case 'versioning':
      return action.what === 'drop' ? [`drops the history of ${table}`] : [];
    default:
      return [];
  }
}

/** Types into which a strict session lets values come changed, without an error: everything else fits or fails. */
const rounding = new Set([
  'DECIMAL',
  'DEC',
  'NUMERIC',
  'FIXED',
  'FLOAT',
  'FLOAT4',
  'REAL',
  'DATE',
  'TIME',
  'YEAR',
]);
const roundsValues = (column: ColumnDefinition): boolean => rounding.has(column.type);

function effectsOf(
  table: string,
  action: Action,
  ifExists: boolean,
  memory: ScriptMemory,
): readonly Effect[] {
  const column = (name: string): SchemaObject => ({ type: 'column', name, table });
  const constraint = (name: string): SchemaObject => ({ type: 'constraint', name, table });
  const tolerant = ifExists || ('hedged' in action && action.hedged);
  switch (action.does) {
    case 'add-column':
      return addColumn(table, action.column, action.hedged, ifExists, memory);
    case 'drop-column':
      memory.columnDropped(table, action.name);
      return [dropped(column(action.name), tolerant)];
    case 'change-column':
    case 'rename-column': {
      const renaming = columnRenaming(action);
      if (renaming !== null) memory.columnRenamed(table, renaming.from, renaming.to);
      const moved = renaming === null ? [] : [renamed(column(renaming.from), renaming.to, tolerant)];
      // A CHANGE that renames may change the type as well; what it was is not in the text.
      if (action.does === 'rename-column' || renaming !== null) return moved;
      return [altered(column(action.column.name), `type ${action.column.type.toLowerCase()}`, tolerant)];
    }
    case 'alter-column':
      return [altered(column(action.name), action.what, tolerant)];
    case 'add-index': {
      const name = memory.indexNamed(table, action.name, action.columns[0] ?? null);
      if (name === null) return [altered(tableOf(table), 'add an index', tolerant)];
      return [within(ifExists, created(indexOf(table, name), action.hedged))];
    }
    case 'drop-index':
      return [dropped(indexOf(table, action.name), tolerant)];
    case 'drop-primary-key':
      return [dropped(indexOf(table, 'PRIMARY'), tolerant)];
    case 'rename-index':
      return [renamed(indexOf(table, action.from), action.to, tolerant)];
    case 'index-visibility':
      return [altered(indexOf(table, action.name), 'visibility', tolerant)];
    case 'add-foreign-key':
    case 'add-check':
      if (action.name === null) return [altered(tableOf(table), 'add a constraint', tolerant)];
      return [within(ifExists, created(constraint(action.name), action.hedged))];
    case 'drop-foreign-key':
    case 'drop-constraint':
      return [dropped(constraint(action.name), tolerant)];
    case 'enforce-check':
      return [altered(constraint(action.name), 'enforced', tolerant)];
    case 'rename-table':
      // A name without a database moves the table into the default one.
      memory.tableRenamed(table, action.to);
      return [renamed(tableOf(table), action.to, tolerant)];
    case 'clause':
    case 'toggle-keys':
      return [];
    default:
      return [altered(tableOf(table), wordsOf(action), tolerant)];
  }
}

const within = (ifExists: boolean, effect: Effect): Effect =>
  ifExists && effect.does === 'create' ? { ...effect, ifExists: true } : effect;

function wordsOf(action: Action): string {
  if (action.does === 'option') return `${action.name.toLowerCase()} ${action.value.toLowerCase()}`.trim();
  if (action.does === 'partition') return `${action.what} partition ${action.names.join(', ')}`.trim();
  return 'what' in action ? `${action.what} ${action.does}` : action.does.replaceAll('-', ' ');
}

function addColumn(
  table: string,
  column: ColumnDefinition,
  hedged: boolean,
  ifExists: boolean,
  memory: ScriptMemory,
): readonly Effect[] {
  if (!hedged) memory.columnAdded(table, column.name);
  const own = created({ type: 'column', name: column.name, table }, hedged);
  const effects = [isFilled(column) ? { ...own, withDefault: true } : own];
  if (column.primary) effects.push(created(indexOf(table, 'PRIMARY'), hedged));
  else if (column.unique) {
    const name = memory.indexNamed(table, null, column.name) ?? column.name;
    effects.push(created(indexOf(table, name), hedged));
  }
  for (const { name } of column.checks) {
    if (name !== null) effects.push(created({ type: 'constraint', name, table }, hedged));
  }
  return effects.map((effect) => within(ifExists, effect));
}
