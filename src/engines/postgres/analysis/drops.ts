import type { SchemaObject } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { dropped } from '../../effects.ts';
import { claim } from './claim.ts';
import * as found from './findings.ts';
import { dropIndex } from './indexes.ts';
import { kindOf, objectOf } from './object-types.ts';
import type { Node } from './parser.ts';
import type { ScriptMemory } from './script-memory.ts';
import { all, as, tagOf } from './tree.ts';

/** DROP of anything that has no statement of its own. */
export function drop(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'DropStmt');
  const kind = kindOf(statement?.removeType);
  if (statement === undefined || kind === undefined) return null;
  if (kind.type === 'index') return dropIndex(node);

  const objects = (statement.objects ?? []).map((object) => objectOf(kind, object));
  const cascade = statement.behavior === 'DROP_CASCADE';
  const onlyNew = kind.type === 'table' && objects.every((object) => memory.isNew(object.name));
  const destroys = cascade || (kind.holdsData === true && !onlyNew);
  for (const object of objects) if (kind.type === 'table') memory.tableDropped(object.name);
  const shown = objects
    .map(({ name, table }) => (table === undefined ? name : `${name} on ${table}`))
    .join(', ');
  const loss = `drops ${kind.words.toLowerCase()} ${shown}${cascade ? ' and everything that depends on it' : ''}`;
  return claim(`DROP ${kind.words}`, 'schema', {
    locks: lockOn('ACCESS EXCLUSIVE', ...objects.flatMap(lockedRelation)),
    effects: objects.map((object) => dropped(object)),
    destroys,
    findings: destroys ? [found.destructive(loss)] : [],
  });
}

function lockedRelation({ type, name, table }: SchemaObject): readonly string[] {
  if (table !== undefined) return [table];
  return type === 'table' || type === 'view' || type === 'sequence' ? [name] : [];
}

/** DROP statements on things outside the schema, with whether a transaction may hold them. */
const outside: Readonly<Record<string, { readonly verb: string; readonly transactional: boolean }>> = {
  DropdbStmt: { verb: 'DROP DATABASE', transactional: false },
  DropTableSpaceStmt: { verb: 'DROP TABLESPACE', transactional: false },
  // With a replication slot the server refuses it inside a transaction, and a slot is the rule.
  DropSubscriptionStmt: { verb: 'DROP SUBSCRIPTION', transactional: false },
  DropRoleStmt: { verb: 'DROP ROLE', transactional: true },
  DropUserMappingStmt: { verb: 'DROP USER MAPPING', transactional: true },
  DropOwnedStmt: { verb: 'DROP OWNED', transactional: true },
};

export function dropOutside(node: Node): Claim | null {
  const known = outside[tagOf(node)];
  if (known === undefined) return null;
  const roles = as(node, 'DropRoleStmt')?.roles ?? as(node, 'DropOwnedStmt')?.roles;
  const names = [
    as(node, 'DropdbStmt')?.dbname,
    as(node, 'DropTableSpaceStmt')?.tablespacename,
    as(node, 'DropSubscriptionStmt')?.subname,
    as(node, 'DropUserMappingStmt')?.servername,
    ...all(roles, 'RoleSpec').map((role) => role.rolename ?? 'the current role'),
  ].filter((name) => name !== undefined);
  return claim(known.verb, 'schema', {
    transactional: known.transactional,
    effects: names.map((name) => dropped({ type: 'other', name })),
    destroys: true,
    findings: [found.destructive(`${known.verb} ${names.join(', ')}`)],
  });
}
