import type { SchemaObject } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered, created } from '../../effects.ts';
import { claim } from './claim.ts';
import * as found from './findings.ts';
import { kindOf, objectOf } from './object-types.ts';
import type { Node } from './parser.ts';
import { all, as, listName, objectName, relationName, tagOf } from './tree.ts';

/** Statements that only write the catalogue: what they make or alter has no rows. */
const plain: Readonly<Record<string, { readonly verb: string; readonly transactional?: false }>> = {
  AlterCollationStmt: { verb: 'ALTER COLLATION' },
  AlterDatabaseRefreshCollStmt: { verb: 'ALTER DATABASE' },
  AlterDatabaseSetStmt: { verb: 'ALTER DATABASE' },
  AlterDatabaseStmt: { verb: 'ALTER DATABASE' },
  AlterDefaultPrivilegesStmt: { verb: 'ALTER DEFAULT PRIVILEGES' },
  AlterEventTrigStmt: { verb: 'ALTER EVENT TRIGGER' },
  AlterExtensionContentsStmt: { verb: 'ALTER EXTENSION' },
  AlterFdwStmt: { verb: 'ALTER FOREIGN DATA WRAPPER' },
  AlterForeignServerStmt: { verb: 'ALTER SERVER' },
  AlterFunctionStmt: { verb: 'ALTER FUNCTION' },
  AlterObjectDependsStmt: { verb: 'ALTER … DEPENDS ON EXTENSION' },
  AlterOpFamilyStmt: { verb: 'ALTER OPERATOR FAMILY' },
  AlterOperatorStmt: { verb: 'ALTER OPERATOR' },
  AlterPublicationStmt: { verb: 'ALTER PUBLICATION' },
  AlterRoleSetStmt: { verb: 'ALTER ROLE' },
  AlterRoleStmt: { verb: 'ALTER ROLE' },
  AlterStatsStmt: { verb: 'ALTER STATISTICS' },
  AlterSystemStmt: { verb: 'ALTER SYSTEM', transactional: false },
  AlterTSConfigurationStmt: { verb: 'ALTER TEXT SEARCH CONFIGURATION' },
  AlterTSDictionaryStmt: { verb: 'ALTER TEXT SEARCH DICTIONARY' },
  AlterTableSpaceOptionsStmt: { verb: 'ALTER TABLESPACE' },
  AlterTypeStmt: { verb: 'ALTER TYPE' },
  AlterUserMappingStmt: { verb: 'ALTER USER MAPPING' },
  GrantRoleStmt: { verb: 'GRANT' },
  ImportForeignSchemaStmt: { verb: 'IMPORT FOREIGN SCHEMA' },
  ReassignOwnedStmt: { verb: 'REASSIGN OWNED' },
};

export function alterCatalogue(node: Node): Claim | null {
  const known = plain[tagOf(node)];
  if (known === undefined) return null;
  const object: SchemaObject = { type: 'other', name: known.verb.replace(/^ALTER /, '').toLowerCase() };
  return claim(known.verb, 'schema', { ...known, effects: [altered(object, known.verb)] });
}

/** CREATE of things that are told from each other by a single name. */
export function createNamed(node: Node): Claim | null {
  const extension = as(node, 'CreateExtensionStmt');
  if (extension !== undefined)
    return make('CREATE EXTENSION', { type: 'extension', name: extension.extname ?? '' });
  const policy = as(node, 'CreatePolicyStmt');
  if (policy !== undefined) {
    const table = relationName(policy.table);
    return make(
      'CREATE POLICY',
      { type: 'policy', name: policy.policy_name ?? '', table },
      { locks: lockOn('ACCESS EXCLUSIVE', table) },
    );
  }
  const statistics = as(node, 'CreateStatsStmt');
  if (statistics !== undefined) {
    const tables = all(statistics.relations, 'RangeVar').map(relationName);
    const object: SchemaObject = { type: 'other', name: listName(statistics.defnames) };
    return make('CREATE STATISTICS', object, { locks: lockOn('SHARE UPDATE EXCLUSIVE', ...tables) });
  }
  const publication = as(node, 'CreatePublicationStmt');
  if (publication !== undefined) {
    const tables = all(publication.pubobjects, 'PublicationObjSpec').flatMap(({ pubtable }) =>
      pubtable ? [relationName(pubtable.relation)] : [],
    );
    const object: SchemaObject = { type: 'other', name: publication.pubname ?? '' };
    return make('CREATE PUBLICATION', object, { locks: lockOn('SHARE UPDATE EXCLUSIVE', ...tables) });
  }
  const [verb, name, transactional = true] = otherNames(node);
  return verb === undefined ? null : make(verb, { type: 'other', name: name ?? '' }, { transactional });
}

function make(verb: string, object: SchemaObject, details = {}): Claim {
  return claim(verb, 'schema', { ...details, effects: [created(object)] });
}

function otherNames(
  node: Node,
): readonly [verb?: string, name?: string | undefined, transactional?: boolean] {
  const role = as(node, 'CreateRoleStmt');
  if (role !== undefined)
    return [`CREATE ${(role.stmt_type ?? 'ROLESTMT_ROLE').replace('ROLESTMT_', '')}`, role.role];
  const wrapper = as(node, 'CreateFdwStmt');
  if (wrapper !== undefined) return ['CREATE FOREIGN DATA WRAPPER', wrapper.fdwname];
  const server = as(node, 'CreateForeignServerStmt');
  if (server !== undefined) return ['CREATE SERVER', server.servername];
  const mapping = as(node, 'CreateUserMappingStmt');
  if (mapping !== undefined) return ['CREATE USER MAPPING', mapping.servername];
  const trigger = as(node, 'CreateEventTrigStmt');
  if (trigger !== undefined) return ['CREATE EVENT TRIGGER', trigger.trigname];
  const database = as(node, 'CreatedbStmt');
  if (database !== undefined) return ['CREATE DATABASE', database.dbname, false];
  const tablespace = as(node, 'CreateTableSpaceStmt');
  if (tablespace !== undefined) return ['CREATE TABLESPACE', tablespace.tablespacename, false];
  // With a replication slot, which is the default, the server refuses it inside a transaction.
  const subscription = as(node, 'CreateSubscriptionStmt');
  if (subscription !== undefined) return ['CREATE SUBSCRIPTION', subscription.subname, false];
  const cast = as(node, 'CreateCastStmt');
  if (cast !== undefined)
    return ['CREATE CAST', `${listName(cast.sourcetype?.names)} AS ${listName(cast.targettype?.names)}`];
  const family = as(node, 'CreateOpFamilyStmt');
  if (family !== undefined) return ['CREATE OPERATOR FAMILY', listName(family.opfamilyname)];
  const operators = as(node, 'CreateOpClassStmt');
  if (operators !== undefined) return ['CREATE OPERATOR CLASS', listName(operators.opclassname)];
  const conversion = as(node, 'CreateConversionStmt');
  if (conversion !== undefined) return ['CREATE CONVERSION', listName(conversion.conversion_name)];
  const language = as(node, 'CreatePLangStmt');
  if (language !== undefined) return ['CREATE LANGUAGE', language.plname];
  const method = as(node, 'CreateAmStmt');
  if (method !== undefined) return ['CREATE ACCESS METHOD', method.amname];
  return [];
}

/** COMMENT ON and SECURITY LABEL. */
export function comment(node: Node): Claim | null {
  const statement = as(node, 'CommentStmt') ?? as(node, 'SecLabelStmt');
  const kind = kindOf(statement?.objtype);
  if (statement === undefined || kind === undefined) return null;
  const object = objectOf(kind, statement.object);
  const relation = object.table ?? (['table', 'view'].includes(object.type) ? object.name : undefined);
  const label = as(node, 'CommentStmt') === undefined ? 'SECURITY LABEL' : 'COMMENT';
  return claim(label, 'schema', {
    locks: relation === undefined ? [] : lockOn('SHARE UPDATE EXCLUSIVE', relation),
    effects: [altered(object, label.toLowerCase())],
  });
}

/** GRANT and REVOKE on objects: rows of the catalogue, no lock on a table. */
export function grant(node: Node): Claim | null {
  const statement = as(node, 'GrantStmt');
  if (statement === undefined) return null;
  const kind = kindOf(statement.objtype);
  const named = statement.targtype === 'ACL_TARGET_OBJECT';
  const objects: readonly SchemaObject[] = (statement.objects ?? []).map((object) => {
    const relation = as(object, 'RangeVar');
    const name = relation === undefined ? objectName(object) : relationName(relation);
    return { type: named ? (kind?.type ?? 'other') : 'schema', name };
  });
  const verb = statement.is_grant ? 'GRANT' : 'REVOKE';
  return claim(verb, 'schema', {
    effects: objects.map((object) => altered(object, `${verb.toLowerCase()} privileges`)),
  });
}

/** ALTER … OWNER TO on anything but a table. */
export function alterOwner(node: Node): Claim | null {
  const statement = as(node, 'AlterOwnerStmt');
  const kind = kindOf(statement?.objectType);
  if (statement === undefined || kind === undefined) return null;
  const name =
    statement.relation === undefined ? objectName(statement.object) : relationName(statement.relation);
  return claim(`ALTER ${kind.words}`, 'schema', { effects: [altered({ type: kind.type, name }, 'owner')] });
}

export function alterPolicy(node: Node): Claim | null {
  const statement = as(node, 'AlterPolicyStmt');
  if (statement === undefined) return null;
  const table = relationName(statement.table);
  const object: SchemaObject = { type: 'policy', name: statement.policy_name ?? '', table };
  return claim('ALTER POLICY', 'schema', {
    locks: lockOn('ACCESS EXCLUSIVE', table),
    effects: [altered(object, 'definition')],
  });
}

/** ALTER EXTENSION … UPDATE runs the extension's own script. */
export function alterExtension(node: Node): Claim | null {
  const statement = as(node, 'AlterExtensionStmt');
  if (statement === undefined) return null;
  const name = statement.extname ?? '';
  return claim('ALTER EXTENSION', 'schema', {
    effects: [altered({ type: 'extension', name }, 'update')],
    destroys: true,
    findings: [found.destructive(`runs the update script of extension ${name}`)],
  });
}

/** ALTER SUBSCRIPTION: some forms talk to the publisher and are refused inside a transaction. */
export function alterSubscription(node: Node): Claim | null {
  const statement = as(node, 'AlterSubscriptionStmt');
  if (statement === undefined) return null;
  const refreshing = ['REFRESH', 'SET_PUBLICATION', 'ADD_PUBLICATION', 'DROP_PUBLICATION', 'OPTIONS'];
  const transactional = !refreshing.some((form) => statement.kind === `ALTER_SUBSCRIPTION_${form}`);
  const object: SchemaObject = { type: 'other', name: statement.subname ?? '' };
  return claim('ALTER SUBSCRIPTION', 'schema', { transactional, effects: [altered(object, 'definition')] });
}
