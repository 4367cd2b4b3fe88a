import type { Effect, Finding } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered, written } from '../../effects.ts';
import { claim } from './claim.ts';
import { callsOf, tablesReadBy, writingFunctionsIn } from './expressions.ts';
import * as found from './findings.ts';
import type { TableLock } from './locks.ts';
import type { Node } from './parser.ts';
import type { ScriptMemory } from './script-memory.ts';
import { setConfig } from './session.ts';
import { all, as, find, isOn, relationName, strings, tagOf } from './tree.ts';

/** SELECT, INSERT, UPDATE, DELETE and MERGE, with what their WITH queries write. */
export function query(node: Node, memory: ScriptMemory): Claim | null {
  const verb = verbs[tagOf(node)];
  if (verb === undefined) return null;
  const writes = [
    node,
    ...find(node, 'CommonTableExpr').flatMap((part) => (part.ctequery ? [part.ctequery] : [])),
  ]
    .map((part) => writeOf(part, memory))
    .filter((write) => write !== null);
  if (writes.length === 0) return select(node, memory);

  for (const write of writes) if (write.fills) memory.tableFilled(write.table);
  const targets = writes.map((write) => write.table);
  const reads = tablesReadBy(node).filter((table) => !targets.includes(table));
  return claim(verb, 'data', {
    long: writes.some((write) => write.long),
    locks: [...lockOn('ROW EXCLUSIVE', ...targets), ...lockOn('ACCESS SHARE', ...reads)],
    effects: writes.flatMap((write) => write.effects),
    destroys: writes.some((write) => write.destroys),
    findings: writes.flatMap((write) => write.findings),
  });
}

const verbs: Readonly<Record<string, string>> = {
  SelectStmt: 'SELECT',
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
};

interface Write {
  readonly table: string;
  readonly long: boolean;
  /** Brings in as many rows as a query finds. */
  readonly fills: boolean;
  readonly effects: readonly Effect[];
  readonly destroys: boolean;
  readonly findings: readonly Finding[];
}

/** What a data statement does to its own table; rows and columns that the script made itself are nobody's loss. */
function writeOf(node: Node, memory: ScriptMemory): Write | null {
  const insert = as(node, 'InsertStmt');
  if (insert !== undefined) {
    const table = relationName(insert.relation);
    const long = find(insert.selectStmt, 'RangeVar').length > 0;
    const conflict = insert.onConflictClause;
    const overwrites =
      conflict?.action === 'ONCONFLICT_UPDATE' &&
      !memory.isNew(table) &&
      newColumns(conflict.targetList, table, memory) === null;
    const bulk = long ? bulkFindings(table, memory) : [];
    const loss = overwrites ? [found.destructive(`overwrites rows of ${table} that conflict`)] : [];
    const findings = [...loss, ...bulk];
    return { table, long, fills: long, effects: [written(table)], destroys: overwrites, findings };
  }
  const update = as(node, 'UpdateStmt');
  if (update !== undefined) {
    const table = relationName(update.relation);
    return change(table, memory, {
      what: 'overwrites values of',
      whole: isEveryRow(update.whereClause, table, memory) ? found.updateWithoutWhere : null,
      onlyColumns: newColumns(update.targetList, table, memory),
    });
  }
  const remove = as(node, 'DeleteStmt');
  if (remove !== undefined) {
    return change(relationName(remove.relation), memory, {
      what: 'deletes rows of',
      whole: remove.whereClause === undefined ? found.deleteWithoutWhere : null,
    });
  }
  const merge = as(node, 'MergeStmt');
  if (merge === undefined) return null;
  const commands = all(merge.mergeWhenClauses, 'MergeWhenClause').map((when) => when.commandType);
  const table = relationName(merge.relation);
  if (commands.includes('CMD_UPDATE') || commands.includes('CMD_DELETE')) {
    return change(table, memory, { what: 'overwrites or deletes rows of', whole: null });
  }
  return { table, long: true, fills: true, effects: [written(table)], destroys: false, findings: [] };
}

/** No row has a value yet in a column that this script has added: `WHERE added IS NULL` names all of them. */
function isEveryRow(where: Node | undefined, table: string, memory: ScriptMemory): boolean {
  if (where === undefined) return true;
  const test = as(where, 'NullTest');
  const column = strings(as(test?.arg, 'ColumnRef')?.fields).at(-1);
  return test?.nulltesttype === 'IS_NULL' && column !== undefined && memory.isNewColumn(table, column);
}

function bulkFindings(table: string, memory: ScriptMemory): readonly Finding[] {
  if (!memory.isNew(table)) return [found.bulkInsert(table)];
  const parents = memory.parentsOf(table).filter((parent) => !memory.isNew(parent));
  return parents.length > 0 ? [found.seedsInOneGo(table, parents)] : [];
}

/** The columns that are set, if this script has added them all to a table that was there before; else null. */
function newColumns(
  targets: readonly Node[] | undefined,
  table: string,
  memory: ScriptMemory,
): readonly string[] | null {
  const columns = all(targets, 'ResTarget').map((target) => target.name ?? '');
  return columns.length > 0 && columns.every((column) => memory.isNewColumn(table, column)) ? columns : null;
}

interface Change {
  readonly what: string;
  /** What is to be said of a change of every row. */
  readonly whole: ((table: string) => Finding) | null;
  /** New columns, where nothing else is changed: what they held before is nothing, and it goes with them. */
  readonly onlyColumns?: readonly string[] | null;
}

function change(table: string, memory: ScriptMemory, { what, whole, onlyColumns = null }: Change): Write {
  const isNew = memory.isNew(table);
  const destroys = !isNew && onlyColumns === null;
  return {
    table,
    long: !memory.isSmall(table),
    fills: false,
    effects: onlyColumns?.map((name) => altered({ type: 'column', name, table }, 'values')) ?? [
      written(table),
    ],
    destroys,
    findings: [
      ...(destroys ? [found.destructive(`${what} ${table}`)] : []),
      ...(isNew || whole === null ? [] : [whole(table)]),
    ],
  };
}

function select(node: Node, memory: ScriptMemory): Claim {
  const statement = as(node, 'SelectStmt');
  const tables = tablesReadBy(node);
  const locking = find(statement, 'LockingClause').length > 0;
  const locks: readonly TableLock[] = lockOn(locking ? 'ROW SHARE' : 'ACCESS SHARE', ...tables);
  const long = tables.length > 0;
  if (statement?.intoClause !== undefined) {
    const name = relationName(statement.intoClause.rel);
    memory.tableCreated(name, 'filled');
    const effects: Effect[] = [{ does: 'create', object: { type: 'table', name } }];
    return claim('SELECT INTO', 'schema', {
      long,
      locks: locks.filter(({ table }) => table !== name),
      effects,
    });
  }
  const suspects = writingFunctionsIn(node);
  if (suspects.length > 0 && suspects.every((name) => name === 'set_config')) {
    return setConfig(callsOf(node, 'set_config'), memory);
  }
  if (suspects.length === 0) return claim('SELECT', 'query', { long, locks });
  const calls = suspects.map((name) => `${name}(…)`).join(', ');
  return claim('SELECT', 'unknown', {
    long: true,
    locks,
    destroys: true,
    findings: [found.unknown(`the query calls ${calls}, which may write`)],
  });
}

export function truncate(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'TruncateStmt');
  if (statement === undefined) return null;
  const tables = all(statement.relations, 'RangeVar').map(relationName);
  const cascade = statement.behavior === 'DROP_CASCADE';
  const destroys = cascade || !tables.every((table) => memory.isNew(table));
  const more = cascade ? ' and every table that refers to them' : '';
  return claim('TRUNCATE', 'data', {
    locks: lockOn('ACCESS EXCLUSIVE', ...tables),
    effects: tables.map(written),
    destroys,
    findings: destroys ? [found.destructive(`removes all rows of ${tables.join(', ')}${more}`)] : [],
  });
}

/** COPY with a file or a program on the server; rows in the script cannot be sent this way. */
export function copy(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'CopyStmt');
  if (statement === undefined) return null;
  const table = relationName(statement.relation);
  if (!statement.is_from) {
    const tables = statement.relation === undefined ? tablesReadBy(statement.query) : [table];
    return claim('COPY TO', 'unknown', {
      long: true,
      locks: lockOn('ACCESS SHARE', ...tables),
      findings: [found.unknown('COPY … TO writes outside the database')],
    });
  }
  memory.tableFilled(table);
  return claim('COPY', 'data', {
    long: true,
    locks: lockOn('ROW EXCLUSIVE', table),
    effects: [written(table)],
    findings: statement.filename === undefined ? [found.copyFromStdin()] : [],
  });
}

/** EXPLAIN, which with ANALYZE runs what it explains. */
export function explain(node: Node, classify: (node: Node) => Claim): Claim | null {
  const statement = as(node, 'ExplainStmt');
  if (statement?.query === undefined) return null;
  const inner = classify(statement.query);
  if (isOn(statement.options, 'analyze')) return { ...inner, verb: 'EXPLAIN ANALYZE' };
  return claim('EXPLAIN', 'query', { locks: lockOn('ACCESS SHARE', ...(inner.lock?.tables ?? [])) });
}
