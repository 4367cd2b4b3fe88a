import type { Effect } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered, created, written } from '../../effects.ts';
import { joinName, splitName } from '../quote.ts';
import { nameConstraint } from './add-constraint.ts';
import { claim } from './claim.ts';
import { tablesReadBy } from './expressions.ts';
import * as found from './findings.ts';
import { kindOf } from './object-types.ts';
import type { Node } from './parser.ts';
import type { ScriptMemory } from './script-memory.ts';
import { all, as, find, listName, relationName } from './tree.ts';

/** CREATE TABLE: locks nothing but the tables it refers to. */
export function createTable(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'CreateStmt') ?? as(node, 'CreateForeignTableStmt')?.base;
  if (statement === undefined) return null;
  const name = relationName(statement.relation);
  const temporary = statement.relation?.relpersistence === 't';
  if (!statement.if_not_exists || temporary) memory.tableCreated(name, 'empty');
  if (!statement.if_not_exists) nameConstraints(name, statement.tableElts, memory);
  if (temporary)
    return claim('CREATE TEMPORARY TABLE', 'session', { findings: [found.temporaryTable(name)] });

  const referenced = find(statement.tableElts, 'Constraint').flatMap(({ pktable }) =>
    pktable ? [relationName(pktable)] : [],
  );
  const parents = all(statement.inhRelations, 'RangeVar').map(relationName);
  for (const parent of referenced) memory.parentAdded(name, parent);
  return claim(as(node, 'CreateStmt') ? 'CREATE TABLE' : 'CREATE FOREIGN TABLE', 'schema', {
    locks: [
      ...lockOn('SHARE ROW EXCLUSIVE', ...referenced.filter((table) => table !== name)),
      ...lockOn(
        statement.partbound === undefined ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE',
        ...parents,
      ),
    ],
    effects: [created({ type: 'table', name })],
  });
}

/** Later constraints of the table get other names. */
function nameConstraints(table: string, elements: readonly Node[] | undefined, memory: ScriptMemory): void {
  for (const definition of all(elements, 'ColumnDef')) {
    for (const constraint of all(definition.constraints, 'Constraint')) {
      nameConstraint(table, constraint, definition.colname ?? '', memory);
    }
  }
  for (const constraint of all(elements, 'Constraint')) nameConstraint(table, constraint, null, memory);
}

/** CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW. */
export function createTableAs(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'CreateTableAsStmt');
  if (statement === undefined) return null;
  const view = statement.objtype === 'OBJECT_MATVIEW';
  const name = relationName(statement.into?.rel);
  const empty = statement.into?.skipData === true;
  const temporary = statement.into?.rel?.relpersistence === 't';
  if (!statement.if_not_exists) memory.tableCreated(name, empty ? 'empty' : 'filled');
  const locks = lockOn('ACCESS SHARE', ...tablesReadBy(statement.query));
  if (temporary) {
    return claim('CREATE TEMPORARY TABLE AS', 'session', {
      long: !empty,
      locks,
      findings: [found.temporaryTable(name)],
    });
  }
  return claim(view ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS', 'schema', {
    long: !empty,
    locks,
    effects: [created({ type: view ? 'view' : 'table', name })],
  });
}

export function createView(node: Node): Claim | null {
  const statement = as(node, 'ViewStmt');
  if (statement === undefined) return null;
  const name = relationName(statement.view);
  if (statement.view?.relpersistence === 't') {
    return claim('CREATE TEMPORARY VIEW', 'session', { findings: [found.temporaryTable(name)] });
  }
  const replace = statement.replace === true;
  const reads = lockOn('ACCESS SHARE', ...tablesReadBy(statement.query));
  return claim('CREATE VIEW', 'schema', {
    locks: replace ? lockOn('ACCESS EXCLUSIVE', name) : reads,
    effects: [created({ type: 'view', name })],
    findings: replace ? [found.replacesExisting(`view ${name}`)] : [],
  });
}

export function createSequence(node: Node): Claim | null {
  const statement = as(node, 'CreateSeqStmt');
  if (statement === undefined) return null;
  const name = relationName(statement.sequence);
  return claim('CREATE SEQUENCE', 'schema', { effects: [created({ type: 'sequence', name })] });
}

export function alterSequence(node: Node): Claim | null {
  const statement = as(node, 'AlterSeqStmt');
  if (statement === undefined) return null;
  const name = relationName(statement.sequence);
  const restarts = all(statement.options, 'DefElem').some((option) => option.defname === 'restart');
  const effects: Effect[] = [altered({ type: 'sequence', name }, 'options')];
  return claim('ALTER SEQUENCE', 'schema', {
    locks: lockOn('SHARE ROW EXCLUSIVE', name),
    effects: restarts ? [...effects, written(name)] : effects,
    destroys: restarts,
    findings: restarts ? [found.destructive(`overwrites the position of sequence ${name}`)] : [],
  });
}

/** CREATE SCHEMA with the objects that may stand in its body. */
export function createSchema(
  node: Node,
  memory: ScriptMemory,
  classify: (node: Node) => Claim,
): Claim | null {
  const statement = as(node, 'CreateSchemaStmt');
  if (statement === undefined) return null;
  const name = statement.schemaname ?? statement.authrole?.rolename ?? '';
  const inside = (statement.schemaElts ?? []).map(classify);
  const effects = inside.flatMap((element) => element.effects).map((effect) => inSchema(name, effect));
  for (const effect of effects) {
    if (effect.does === 'create' && effect.object.type === 'table')
      memory.tableCreated(effect.object.name, 'empty');
  }
  return claim('CREATE SCHEMA', 'schema', {
    effects: [created({ type: 'schema', name: joinName([name]) }), ...effects],
    findings: inside.flatMap((element) => element.findings),
  });
}

/** What stands unqualified in the body of CREATE SCHEMA belongs to that schema. */
function inSchema(schema: string, effect: Effect): Effect {
  if (effect.does !== 'create' || splitName(effect.object.name).length > 1) return effect;
  return {
    ...effect,
    object: { ...effect.object, name: joinName([schema, ...splitName(effect.object.name)]) },
  };
}

export function createTrigger(node: Node): Claim | null {
  const statement = as(node, 'CreateTrigStmt');
  if (statement === undefined) return null;
  const table = relationName(statement.relation);
  const name = statement.trigname ?? '';
  return claim('CREATE TRIGGER', 'schema', {
    locks: lockOn(
      'SHARE ROW EXCLUSIVE',
      table,
      ...(statement.constrrel ? [relationName(statement.constrrel)] : []),
    ),
    effects: [created({ type: 'trigger', name, table })],
    findings: statement.replace ? [found.replacesExisting(`trigger ${name}`)] : [],
  });
}

export function createRule(node: Node): Claim | null {
  const statement = as(node, 'RuleStmt');
  if (statement === undefined) return null;
  const table = relationName(statement.relation);
  return claim('CREATE RULE', 'schema', {
    locks: lockOn('ACCESS EXCLUSIVE', table),
    effects: [created({ type: 'other', name: statement.rulename ?? '', table })],
  });
}

export function createFunction(node: Node): Claim | null {
  const statement = as(node, 'CreateFunctionStmt');
  if (statement === undefined) return null;
  const words = statement.is_procedure ? 'PROCEDURE' : 'FUNCTION';
  const name = listName(statement.funcname);
  return claim(`CREATE ${words}`, 'schema', {
    effects: [created({ type: 'function', name })],
    findings: statement.replace ? [found.replacesExisting(`${words.toLowerCase()} ${name}`)] : [],
  });
}

/** CREATE AGGREGATE, OPERATOR, TYPE (base or shell), COLLATION, TEXT SEARCH …. */
export function define(node: Node): Claim | null {
  const statement = as(node, 'DefineStmt');
  const kind = kindOf(statement?.kind);
  if (statement === undefined || kind === undefined) return null;
  return claim(`CREATE ${kind.words}`, 'schema', {
    effects: [created({ type: kind.type, name: listName(statement.defnames) })],
  });
}
