import type { Finding, ObjectType, SchemaObject } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered, dropped } from '../../effects.ts';
import { addColumn } from './add-column.ts';
import { addConstraint } from './add-constraint.ts';
import { addInherit, attachPartition, detachPartition } from './alter-partitions.ts';
import { changeType } from './change-type.ts';
import { type ClaimDetails, claim } from './claim.ts';
import * as found from './findings.ts';
import type { LockMode } from './locks.ts';
import type { Node } from './parser.ts';
import type { ScriptMemory } from './script-memory.ts';
import { type Action, type AlterTable, alterTableOf, commandsOf, plain, wordsOf } from './table-action.ts';
import { tolerantAction } from './tolerance.ts';
import { all, as, relationName } from './tree.ts';

/** ALTER TABLE and its kin on indexes, views, sequences and types: the sum of its actions. */
export function alterTable(node: Node, memory: ScriptMemory): Claim | null {
  const statement = alterTableOf(node);
  if (statement === undefined) return null;
  const kind = relationKinds[statement.objtype ?? ''];
  if (kind === undefined) return null;
  const name = relationName(statement.relation);
  if (kind.type !== 'table') return alterOther(kind, name, statement);

  const commands = commandsOf(statement);
  const actions = commands.map((command) => act({ table: name, command, memory }));
  if (actions.includes(null)) return null;
  const known = actions.filter((action) => action !== null);
  const quiet = memory.isNew(name);
  const kept = (finding: Finding): boolean =>
    !quiet || finding.severity === 'note' || finding.severity === 'error';
  return claim(kind.verb, 'schema', {
    transactional: known.every((action) => action.transactional ?? true),
    long: !memory.isSmall(name) && known.some((action) => action.long ?? false),
    locks: known.flatMap((action) => action.locks ?? []),
    effects: actions.flatMap((action, index) => tolerantAction(commands[index] ?? {}, action?.effects ?? [])),
    destroys: !quiet && known.some((action) => action.destroys ?? false),
    findings: known.flatMap((action) => action.findings ?? []).filter(kept),
  });
}

const relationKinds: Readonly<Record<string, { readonly verb: string; readonly type: ObjectType }>> = {
  OBJECT_TABLE: { verb: 'ALTER TABLE', type: 'table' },
  OBJECT_FOREIGN_TABLE: { verb: 'ALTER FOREIGN TABLE', type: 'table' },
  OBJECT_INDEX: { verb: 'ALTER INDEX', type: 'index' },
  OBJECT_VIEW: { verb: 'ALTER VIEW', type: 'view' },
  OBJECT_MATVIEW: { verb: 'ALTER MATERIALIZED VIEW', type: 'view' },
  OBJECT_SEQUENCE: { verb: 'ALTER SEQUENCE', type: 'sequence' },
  OBJECT_TYPE: { verb: 'ALTER TYPE', type: 'type' },
};

function alterOther(kind: { verb: string; type: ObjectType }, name: string, statement: AlterTable): Claim {
  const subtypes = commandsOf(statement).map((command) => command.subtype ?? '');
  const attributeLost = subtypes.includes('AT_DropColumn') || subtypes.includes('AT_AlterColumnType');
  return claim(kind.verb, 'schema', {
    long: subtypes.includes('AT_SetTableSpace') || subtypes.includes('AT_SetAccessMethod'),
    locks: kind.type === 'view' ? lockOn('ACCESS EXCLUSIVE', name) : [],
    effects: subtypes.map((subtype) => altered({ type: kind.type, name }, wordsOf(subtype))),
    destroys: attributeLost,
    findings: attributeLost
      ? [found.destructive(`the stored values of ${name} lose or change an attribute`)]
      : [],
  });
}

function act(action: Action): ClaimDetails | null {
  const handler = handlers[action.command.subtype ?? ''];
  if (handler !== undefined) return handler(action);
  const mode = plainModes[action.command.subtype ?? ''];
  return mode === undefined ? null : plain(action, mode);
}

/** Actions that only change the catalogue, with the lock that the server takes for each (AlterTableGetLockLevel). */
const plainModes: Readonly<Record<string, LockMode>> = {
  AT_DropExpression: 'ACCESS EXCLUSIVE',
  AT_DropIdentity: 'ACCESS EXCLUSIVE',
  AT_SetIdentity: 'ACCESS EXCLUSIVE',
  AT_AddIdentity: 'ACCESS EXCLUSIVE',
  AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
  AT_SetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_SetStorage: 'ACCESS EXCLUSIVE',
  AT_SetCompression: 'ACCESS EXCLUSIVE',
  AT_AlterColumnGenericOptions: 'ACCESS EXCLUSIVE',
  AT_GenericOptions: 'ACCESS EXCLUSIVE',
  AT_ChangeOwner: 'ACCESS EXCLUSIVE',
  AT_ClusterOn: 'SHARE UPDATE EXCLUSIVE',
  AT_DropCluster: 'SHARE UPDATE EXCLUSIVE',
  AT_DropOids: 'ACCESS EXCLUSIVE',
  AT_EnableTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableAlwaysTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableReplicaTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigUser: 'SHARE ROW EXCLUSIVE',
  AT_EnableRule: 'ACCESS EXCLUSIVE',
  AT_EnableAlwaysRule: 'ACCESS EXCLUSIVE',
  AT_EnableReplicaRule: 'ACCESS EXCLUSIVE',
  AT_DisableRule: 'ACCESS EXCLUSIVE',
  AT_DropInherit: 'ACCESS EXCLUSIVE',
  AT_AddOf: 'ACCESS EXCLUSIVE',
  AT_DropOf: 'ACCESS EXCLUSIVE',
  AT_ReplicaIdentity: 'ACCESS EXCLUSIVE',
  AT_EnableRowSecurity: 'ACCESS EXCLUSIVE',
  AT_DisableRowSecurity: 'ACCESS EXCLUSIVE',
  AT_ForceRowSecurity: 'ACCESS EXCLUSIVE',
  AT_NoForceRowSecurity: 'ACCESS EXCLUSIVE',
  AT_DetachPartitionFinalize: 'SHARE UPDATE EXCLUSIVE',
};

type Handler = (action: Action) => ClaimDetails | null;

const handlers: Readonly<Record<string, Handler>> = {
  AT_AddColumn: addColumn,
  AT_AddConstraint: addConstraint,
  AT_AlterColumnType: changeType,
  AT_DropColumn: dropColumn,
  AT_ColumnDefault: (action) =>
    columnAction(action, action.command.def === undefined ? 'drop default' : 'set default'),
  AT_DropNotNull: (action) => columnAction(action, 'drop not null'),
  AT_SetNotNull: setNotNull,
  AT_SetExpression: (action) => rewriting(action, 'a new expression for a generated column'),
  AT_DropConstraint: dropConstraint,
  AT_ValidateConstraint: validateConstraint,
  AT_AlterConstraint: (action) => constraintAction(action, alteredConstraintName(action), 'ACCESS EXCLUSIVE'),
  AT_SetLogged: (action) => rewriting(action, 'SET LOGGED'),
  AT_SetUnLogged: (action) => rewriting(action, 'SET UNLOGGED (rows are lost at the next crash)'),
  AT_SetAccessMethod: (action) => rewriting(action, 'SET ACCESS METHOD'),
  AT_SetTableSpace: (action) => rewriting(action, 'SET TABLESPACE'),
  AT_SetRelOptions: storageParameters,
  AT_ResetRelOptions: storageParameters,
  AT_DisableTrig: disableTrigger,
  AT_DisableTrigAll: disableTrigger,
  AT_DisableTrigUser: disableTrigger,
  AT_AddInherit: addInherit,
  AT_AttachPartition: attachPartition,
  AT_DetachPartition: detachPartition,
};

function columnAction({ table, command }: Action, what: string): ClaimDetails {
  const column: SchemaObject = { type: 'column', name: command.name ?? '', table };
  return { locks: lockOn('ACCESS EXCLUSIVE', table), effects: [altered(column, what)] };
}

function constraintAction(
  { table }: Action,
  name: string,
  mode: LockMode,
  what = 'alter constraint',
): ClaimDetails {
  return { locks: lockOn(mode, table), effects: [altered({ type: 'constraint', name, table }, what)] };
}

const alteredConstraintName = ({ command }: Action): string =>
  as(command.def, 'ATAlterConstraint')?.conname ?? command.name ?? '';

function dropColumn({ table, command, memory }: Action): ClaimDetails {
  const name = command.name ?? '';
  memory.columnDropped(table, name);
  const cascade = command.behavior === 'DROP_CASCADE' ? ' and everything that depends on it' : '';
  return {
    locks: lockOn('ACCESS EXCLUSIVE', table),
    effects: [dropped({ type: 'column', name, table })],
    destroys: true,
    findings: [found.destructive(`drops column ${name} of ${table} with its values${cascade}`)],
  };
}

function setNotNull(action: Action): ClaimDetails {
  const { table, command, memory } = action;
  const column = command.name ?? '';
  const details = columnAction(action, 'set not null');
  // The server reads nothing where the column is NOT NULL already.
  const isSet = memory.known.column(table, column)?.nullable === false;
  if (isSet || memory.isProvenNotNull(table, column)) return details;
  return { ...details, long: true, findings: [found.setNotNull(table, column)] };
}

function dropConstraint({ table, command, memory }: Action): ClaimDetails {
  const name = command.name ?? '';
  memory.constraintDropped(table, name);
  const details = {
    locks: lockOn('ACCESS EXCLUSIVE', table),
    effects: [dropped({ type: 'constraint', name, table })],
  };
  if (command.behavior !== 'DROP_CASCADE') return details;
  const finding = found.destructive(`drops constraint ${name} of ${table} and everything that depends on it`);
  return { ...details, destroys: true, findings: [finding] };
}

function validateConstraint(action: Action): ClaimDetails {
  const name = action.command.name ?? '';
  action.memory.constraintValidated(action.table, name);
  return { ...constraintAction(action, name, 'SHARE UPDATE EXCLUSIVE', 'validate'), long: true };
}

function rewriting(action: Action, why: string): ClaimDetails {
  const details = plain(action, 'ACCESS EXCLUSIVE');
  return { ...details, long: true, findings: [found.rewrite(action.table, why)] };
}

function storageParameters(action: Action): ClaimDetails {
  const names = all(as(action.command.def, 'List')?.items, 'DefElem').map((option) => option.defname);
  return plain(action, names.includes('user_catalog_table') ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE');
}

function disableTrigger(action: Action): ClaimDetails {
  const details = plain(action, 'SHARE ROW EXCLUSIVE');
  return { ...details, findings: [found.triggersDisabled(action.table)] };
}
