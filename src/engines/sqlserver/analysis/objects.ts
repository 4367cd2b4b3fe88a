import type { ObjectType } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered, created, dropped } from '../../effects.ts';
import { claim } from './claim.ts';
import { Cursor, Unread } from './cursor.ts';
import * as found from './findings.ts';
import { createIndex, dropIndexes } from './indexes.ts';
import type { Token } from './lexer.ts';
import type { ScriptMemory } from './script-memory.ts';
import { createTable } from './tables.ts';
import { isTemporary } from './temporary.ts';

const types: Readonly<Record<string, ObjectType>> = {
  VIEW: 'view',
  PROC: 'function',
  PROCEDURE: 'function',
  FUNCTION: 'function',
  TRIGGER: 'trigger',
  SCHEMA: 'schema',
  SEQUENCE: 'sequence',
  TYPE: 'type',
  SYNONYM: 'other',
  STATISTICS: 'other',
  USER: 'other',
  ROLE: 'other',
  DEFAULT: 'other',
  RULE: 'other',
};

/** CREATE, ALTER and CREATE OR ALTER of a view, procedure, function or trigger: the rest of the batch is its body. */
export function defineModule(tokens: readonly Token[], misplaced: boolean): Claim {
  const cursor = new Cursor(tokens);
  const replaces = cursor.accept('CREATE', 'OR', 'ALTER');
  const alters = !replaces && !cursor.accept('CREATE') && cursor.accept('ALTER');
  const word = cursor.take().value;
  const type = types[word] ?? 'other';
  const name = cursor.qualifiedName();
  const verb = `${replaces ? 'CREATE OR ALTER' : alters ? 'ALTER' : 'CREATE'} ${word}`;
  const table = word === 'TRIGGER' ? triggerTable(cursor) : null;
  const object = table === null ? { type, name } : { type, name, table };
  return claim(verb, 'schema', {
    locks: table === null ? (alters || replaces ? lockOn('Sch-M', name) : []) : lockOn('Sch-M', table),
    effects: [alters ? altered(object, 'definition') : created(object, replaces)],
    findings: [
      ...(misplaced ? [found.notAlone(verb)] : []),
      ...(replaces || alters ? [found.replacesExisting(`${word.toLowerCase()} ${name}`)] : []),
    ],
  });
}

/** Null for ON DATABASE and ON ALL SERVER. */
function triggerTable(cursor: Cursor): string | null {
  cursor.expect('ON');
  if (cursor.accept('DATABASE') || cursor.accept('ALL', 'SERVER')) return null;
  return cursor.qualifiedName();
}

/** Behind CREATE. Throws Unread for what is not known. */
export function create(cursor: Cursor, memory: ScriptMemory): Claim {
  if (cursor.accept('TABLE')) return createTable(cursor, memory);
  const index = createIndex(cursor, memory);
  if (index !== null) return index;
  const word = cursor.acceptAny('SCHEMA', 'SEQUENCE', 'TYPE', 'SYNONYM', 'STATISTICS', 'USER', 'ROLE');
  if (word === null) throw new Unread('what is created');
  if (word === 'SCHEMA' && cursor.accept('AUTHORIZATION')) throw new Unread('a schema without a name');
  const name = cursor.qualifiedName();
  // Tables, views and grants in the body of CREATE SCHEMA.
  if (
    word === 'SCHEMA' &&
    !(cursor.atEnd || (cursor.accept('AUTHORIZATION') && cursor.name() && cursor.atEnd))
  )
    throw new Unread('a schema with a body');
  if (word === 'STATISTICS') {
    cursor.expect('ON');
    return claim('CREATE STATISTICS', 'schema', {
      long: true,
      effects: [created({ type: 'other', name, table: cursor.qualifiedName() })],
    });
  }
  return claim(`CREATE ${word}`, 'schema', { effects: [created({ type: types[word] ?? 'other', name })] });
}

/** Behind ALTER, where it is no table or index. */
export function alterOther(cursor: Cursor): Claim {
  if (cursor.accept('SEQUENCE')) {
    const name = cursor.qualifiedName();
    const restarts = cursor.rest.some((token) => token.value === 'RESTART');
    return claim('ALTER SEQUENCE', 'schema', {
      locks: lockOn('Sch-M', name),
      effects: [altered({ type: 'sequence', name }, 'options')],
      destroys: restarts,
      findings: restarts ? [found.destructive(`overwrites the position of sequence ${name}`)] : [],
    });
  }
  if (cursor.accept('ROLE')) {
    const effects = [altered({ type: 'other' as const, name: cursor.name() }, 'members')];
    return claim('ALTER ROLE', 'schema', { effects });
  }
  if (cursor.accept('DATABASE')) {
    return claim('ALTER DATABASE', 'unknown', {
      transactional: false,
      findings: [found.unknown('ALTER DATABASE concerns all who use the database')],
    });
  }
  throw new Unread('what is altered');
}

/** Behind DROP. */
export function drop(cursor: Cursor, memory: ScriptMemory): Claim {
  if (cursor.accept('INDEX')) return dropIndexes(cursor);
  const word = cursor.acceptAny('TABLE', ...Object.keys(types));
  if (word === null) throw new Unread('what is dropped');
  const ifExists = cursor.accept('IF', 'EXISTS');
  const names = [cursor.qualifiedName()];
  while (cursor.accept(',')) names.push(cursor.qualifiedName());
  if (word === 'TRIGGER' && cursor.accept('ON')) cursor.takeAll();
  cursor.end();
  if (word !== 'TABLE') {
    const type = types[word] ?? 'other';
    const effects = names.map((name) => dropped({ type, name }, ifExists));
    return claim(`DROP ${word}`, 'schema', {
      locks: type === 'view' ? lockOn('Sch-M', ...names) : [],
      effects,
    });
  }
  const kept = names.filter((name) => !isTemporary(name));
  if (kept.length === 0) return claim('DROP TABLE', 'session');
  const lost = kept.filter((name) => !memory.isNew(name));
  return claim('DROP TABLE', 'schema', {
    locks: lockOn('Sch-M', ...kept),
    effects: kept.map((name) => dropped({ type: 'table', name }, ifExists)),
    destroys: lost.length > 0,
    findings: lost.map((name) => found.destructive(`drops table ${name} with its rows`)),
  });
}
