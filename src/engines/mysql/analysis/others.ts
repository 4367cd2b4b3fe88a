import type { SchemaObject } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered, created, written } from '../../effects.ts';
import { claim } from './claim.ts';
import { viewClauses } from './creates.ts';
import type { Cursor } from './cursor.ts';
import { definerClause } from './definer.ts';
import * as found from './findings.ts';
import type { ScriptMemory } from './script-memory.ts';
import { spelled } from './tokens.ts';

/** ALTER of anything but tables. The cursor stands behind ALTER. */
export function alterOther(cursor: Cursor): Claim | null {
  if (cursor.acceptAny(['DATABASE', 'SCHEMA']) !== null) {
    const isNamed = !['CHARACTER', 'CHARSET', 'COLLATE', 'DEFAULT', 'READ', 'ENCRYPTION'].includes(
      cursor.word(),
    );
    const name = isNamed ? cursor.name() : 'the database';
    cursor.takeAll();
    return claim('ALTER DATABASE', 'schema', { effects: [altered({ type: 'schema', name }, 'options')] });
  }
  const account = cursor.acceptAny(['USER', 'ROLE']);
  if (account !== null) {
    const [name] = cursor.takeAll();
    return claim(`ALTER ${account}`, 'schema', {
      effects: [altered({ type: 'other', name: spelled(name) }, 'account')],
    });
  }
  if (cursor.accept('SEQUENCE')) return alterSequence(cursor);
  const routine = cursor.acceptAny(['PROCEDURE', 'FUNCTION']);
  if (routine !== null) {
    const name = cursor.qualifiedName();
    cursor.takeAll();
    return claim(`ALTER ${routine}`, 'schema', {
      effects: [altered({ type: 'function', name }, 'characteristics')],
    });
  }
  const definer = viewClauses(cursor) ?? definerClause(cursor);
  const findings = definer === null ? [] : [found.foreignDefiner(definer)];
  if (cursor.accept('EVENT')) {
    const event: SchemaObject = { type: 'other', name: cursor.qualifiedName() };
    cursor.takeAll();
    return claim('ALTER EVENT', 'schema', { effects: [altered(event, 'definition')], findings });
  }
  if (!cursor.accept('VIEW')) return null;
  const view = cursor.qualifiedName();
  cursor.takeAll();
  return claim('ALTER VIEW', 'schema', {
    locks: lockOn('EXCLUSIVE', view),
    // A new definition throughout, as CREATE OR REPLACE gives.
    effects: [created({ type: 'view', name: view }, true)],
    findings: [found.replacesExisting(`view ${view}`), ...findings],
  });
}

function alterSequence(cursor: Cursor): Claim {
  cursor.ifExists();
  const name = cursor.qualifiedName();
  const restarts = cursor.takeAll().some(({ kind, value }) => kind === 'word' && value === 'RESTART');
  return claim('ALTER SEQUENCE', 'schema', {
    effects: [altered({ type: 'sequence', name }, 'options'), ...(restarts ? [written(name)] : [])],
    destroys: restarts,
    findings: restarts ? [found.destructive(`overwrites the position of sequence ${name}`)] : [],
  });
}

/** TRUNCATE [TABLE]: drops and makes the table again. The cursor stands behind TRUNCATE. */
export function truncate(cursor: Cursor, memory: ScriptMemory): Claim {
  cursor.accept('TABLE');
  const table = cursor.qualifiedName();
  if (cursor.accept('WAIT')) cursor.take();
  else cursor.accept('NOWAIT');
  cursor.end();
  const destroys = !memory.isNew(table);
  return claim('TRUNCATE', 'schema', {
    locks: lockOn('EXCLUSIVE', table),
    effects: [written(table)],
    destroys,
    findings: destroys ? [found.destructive(`removes all rows of ${table}`)] : [],
  });
}

/** ANALYZE, OPTIMIZE, CHECK and REPAIR TABLE. */
export function maintain(cursor: Cursor, memory: ScriptMemory): Claim | null {
  const verb = cursor.acceptAny(['ANALYZE', 'OPTIMIZE', 'CHECK', 'REPAIR']);
  if (verb === null) return null;
  cursor.acceptAny(['NO_WRITE_TO_BINLOG', 'LOCAL']);
  if (cursor.acceptAny(['TABLE', 'TABLES']) === null) return null;
  const tables = [cursor.qualifiedName()];
  while (cursor.accept(',')) tables.push(cursor.qualifiedName());
  cursor.takeAll();
  const rebuilds = verb === 'OPTIMIZE';
  return claim(`${verb} TABLE`, 'schema', {
    long: true,
    locks: lockOn(rebuilds ? 'SHARED UPGRADABLE, EXCLUSIVE for an instant' : 'SHARED READ', ...tables),
    findings: rebuilds
      ? tables.flatMap((table) => found.operationFinding(table, 'rebuild-table', memory.known.server) ?? [])
      : [],
  });
}

/** GRANT, REVOKE and SET PASSWORD: they commit, and undo is another GRANT. */
export function privileges(cursor: Cursor): Claim | null {
  const verb = cursor.acceptAny(['GRANT', 'REVOKE']);
  if (verb === null) return null;
  const rest = cursor.takeAll();
  const to = rest.findLastIndex(({ kind, value }) => kind === 'word' && (value === 'TO' || value === 'FROM'));
  const name = to < 0 ? 'privileges' : spelled(rest[to + 1]);
  return claim(verb, 'schema', { effects: [altered({ type: 'other', name }, 'privileges')] });
}

/** What only looks. */
export function look(cursor: Cursor): Claim | null {
  const verb = cursor.acceptAny(['SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC', 'HELP']);
  if (verb === null) return null;
  const analyzes = cursor.rest.some(({ kind, value }) => kind === 'word' && value === 'ANALYZE');
  if (verb !== 'SHOW' && analyzes) return null;
  cursor.takeAll();
  return claim(verb, 'query');
}

/** LOCK TABLES and UNLOCK TABLES. */
export function lockTables(cursor: Cursor): Claim | null {
  const verb = cursor.acceptAny(['LOCK', 'UNLOCK']);
  if (verb === null || cursor.acceptAny(['TABLE', 'TABLES']) === null) return null;
  cursor.takeAll();
  return claim(`${verb} TABLES`, 'overruled', {
    findings: verb === 'LOCK' ? [found.lockTables('LOCK TABLES')] : [],
  });
}

const opaque: Readonly<Record<string, string>> = {
  CALL: 'a procedure can run anything',
  DO: 'DO runs expressions for what they do beside',
  PREPARE: 'PREPARE keeps a statement for later',
  EXECUTE: 'EXECUTE runs a statement that stands elsewhere',
  DEALLOCATE: 'it belongs to a prepared statement',
  BEGIN: 'an anonymous block can run anything',
  HANDLER: 'HANDLER reads below the queries',
  LOAD: 'LOAD reads a file that is not here',
  IMPORT: 'IMPORT TABLE reads files of the server',
  XA: 'XA hands a transaction over to another session',
  FLUSH: 'FLUSH is for the server as a whole',
  RESET: 'RESET is for the server as a whole',
  PURGE: 'PURGE removes binary logs',
  KILL: 'KILL ends sessions of others',
  CHANGE: 'CHANGE MASTER or REPLICATION is for the server as a whole',
  START: 'it is for the server as a whole',
  STOP: 'it is for the server as a whole',
  INSTALL: 'INSTALL loads code into the server',
  UNINSTALL: 'UNINSTALL takes code out of the server',
  SHUTDOWN: 'SHUTDOWN ends the server',
  CACHE: 'it is for the server as a whole',
  SET: 'it changes an account or the server',
  EXPLAIN: 'EXPLAIN ANALYZE runs what it explains',
  DESC: 'EXPLAIN ANALYZE runs what it explains',
  DESCRIBE: 'EXPLAIN ANALYZE runs what it explains',
};

/** What could do anything; for all its text tells, it destroys. Most of them commit as well. */
export function opaquely(cursor: Cursor): Claim | null {
  const verb = cursor.word();
  const why = opaque[verb];
  if (why === undefined) return null;
  return claim(verb, 'unknown', {
    transactional: false,
    long: true,
    destroys: true,
    findings: [found.unknown(why)],
  });
}
