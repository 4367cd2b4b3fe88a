import { type Claim, lockOn } from '../../claim.ts';
import { claim } from './claim.ts';
import * as found from './findings.ts';
import {
  lockTimeoutInCode,
  lockTimeoutOverruled,
  ownTransactionControl,
  sessionSetting,
} from './findings.ts';
import { lockModeOf } from './locks.ts';
import type { Node } from './parser.ts';
import type { ScriptMemory } from './script-memory.ts';
import { all, as, type find, relationName, tagOf } from './tree.ts';

type FuncCall = ReturnType<typeof find<'FuncCall'>>[number];

/** BEGIN, COMMIT, ROLLBACK and their kin. */
export function transactionControl(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'TransactionStmt');
  const form = forms[statement?.kind ?? ''];
  if (statement === undefined || form === undefined) return null;
  if (form.kind === 'rollback') memory.forget();
  if (form.kind === 'unknown') {
    return claim(form.verb, 'unknown', {
      transactional: statement.kind === 'TRANS_STMT_PREPARE',
      destroys: true,
      findings: [found.unknown(`${form.verb} hands a transaction over to another session`)],
    });
  }
  const leftOut = form.kind === 'session' ? [] : [ownTransactionControl(form.verb)];
  return claim(form.verb, form.kind, { findings: leftOut });
}

const forms: Readonly<Record<string, { readonly verb: string; readonly kind: Claim['kind'] }>> = {
  TRANS_STMT_BEGIN: { verb: 'BEGIN', kind: 'begin' },
  TRANS_STMT_START: { verb: 'START TRANSACTION', kind: 'begin' },
  TRANS_STMT_COMMIT: { verb: 'COMMIT', kind: 'commit' },
  TRANS_STMT_ROLLBACK: { verb: 'ROLLBACK', kind: 'rollback' },
  TRANS_STMT_SAVEPOINT: { verb: 'SAVEPOINT', kind: 'session' },
  TRANS_STMT_RELEASE: { verb: 'RELEASE SAVEPOINT', kind: 'session' },
  TRANS_STMT_ROLLBACK_TO: { verb: 'ROLLBACK TO SAVEPOINT', kind: 'session' },
  TRANS_STMT_PREPARE: { verb: 'PREPARE TRANSACTION', kind: 'unknown' },
  TRANS_STMT_COMMIT_PREPARED: { verb: 'COMMIT PREPARED', kind: 'unknown' },
  TRANS_STMT_ROLLBACK_PREPARED: { verb: 'ROLLBACK PREPARED', kind: 'unknown' },
};

/** SET and RESET. */
export function setVariable(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'VariableSetStmt');
  if (statement === undefined) return null;
  const { name } = statement;
  if (name?.startsWith('TRANSACTION')) {
    return claim('SET TRANSACTION', 'overruled', {
      findings: [ownTransactionControl('SET TRANSACTION')],
    });
  }
  const verb = statement.kind?.startsWith('VAR_RESET') ? 'RESET' : statement.is_local ? 'SET LOCAL' : 'SET';
  return settingOf([name], verb, memory);
}

/** A SELECT of nothing but `set_config(…)`, once or several times. */
export function setConfig(calls: readonly FuncCall[], memory: ScriptMemory): Claim {
  const names = calls.map(({ args }) => as(args?.[0], 'A_Const')?.sval?.sval?.toLowerCase());
  const local = calls.every(({ args }) => as(args?.[2], 'A_Const')?.boolval?.boolval === true);
  return settingOf(names, local ? 'SET LOCAL' : 'SET', memory);
}

/** Undefined stands for every setting, or for one that the text does not tell. */
function settingOf(names: readonly (string | undefined)[], verb: string, memory: ScriptMemory): Claim {
  // The same unqualified name may mean another table from here on.
  if (names.some((name) => name === undefined || decidesLookup.has(name))) memory.forget();
  const lockTimeout = names.includes('lock_timeout') ? [lockTimeoutOverruled(verb)] : [];
  if (names.every((name) => name === 'lock_timeout')) {
    return claim(verb, 'overruled', { findings: lockTimeout });
  }
  const others = names.filter((name) => name !== 'lock_timeout').map((name) => name ?? 'all settings');
  return claim(verb, 'session', {
    findings: [...lockTimeout, sessionSetting(`${verb} ${others.join(', ')}`)],
  });
}

const decidesLookup: ReadonlySet<string> = new Set(['search_path', 'role', 'session_authorization']);

/** LOCK TABLE. */
export function lockTable(node: Node): Claim | null {
  const statement = as(node, 'LockStmt');
  if (statement === undefined) return null;
  const tables = all(statement.relations, 'RangeVar').map(relationName);
  const mode = lockModeOf(statement.mode);
  return claim('LOCK TABLE', 'session', {
    locks: lockOn(mode, ...tables),
    findings: [found.lockTable(tables, mode)],
  });
}

/**
 * Statements that leave neither schema nor data changed. Those of kind `session` make a session what the later steps
 * count on; a `query` is done once, where it stands: a message sent, a cursor closed or a name forgotten twice is not
 * the same as once.
 */
const quiet: Readonly<
  Record<string, { readonly verb: string; readonly kind: 'query' | 'session'; readonly long?: true }>
> = {
  VariableShowStmt: { verb: 'SHOW', kind: 'query' },
  ConstraintsSetStmt: { verb: 'SET CONSTRAINTS', kind: 'session' },
  ListenStmt: { verb: 'LISTEN', kind: 'session' },
  UnlistenStmt: { verb: 'UNLISTEN', kind: 'session' },
  NotifyStmt: { verb: 'NOTIFY', kind: 'query' },
  DeallocateStmt: { verb: 'DEALLOCATE', kind: 'query' },
  ClosePortalStmt: { verb: 'CLOSE', kind: 'query' },
  FetchStmt: { verb: 'FETCH', kind: 'query' },
  // Writes out every changed page of the server.
  CheckPointStmt: { verb: 'CHECKPOINT', kind: 'query', long: true },
};

export function quietly(node: Node): Claim | null {
  const known = quiet[tagOf(node)];
  return known === undefined ? null : claim(known.verb, known.kind, { long: known.long ?? false });
}

/** DISCARD; only DISCARD ALL is refused inside a transaction. */
export function discard(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'DiscardStmt');
  if (statement === undefined) return null;
  memory.forget();
  const verb = (statement.target ?? '').replace('_', ' ');
  return claim(verb, 'session', {
    transactional: verb !== 'DISCARD ALL',
    findings: [sessionSetting(verb)],
  });
}

const opaque: Readonly<Record<string, { readonly verb: string; readonly why: string }>> = {
  DoStmt: { verb: 'DO', why: 'a DO block can run anything' },
  CallStmt: { verb: 'CALL', why: 'a procedure can run anything' },
  PrepareStmt: { verb: 'PREPARE', why: 'PREPARE keeps a statement for later' },
  ExecuteStmt: { verb: 'EXECUTE', why: 'EXECUTE runs a statement that stands elsewhere' },
  DeclareCursorStmt: { verb: 'DECLARE CURSOR', why: 'a cursor runs its query while it is read' },
  LoadStmt: { verb: 'LOAD', why: 'LOAD runs code of a shared library' },
};

/** What could do anything; for all its text tells, it destroys. */
export function opaquely(node: Node): Claim | null {
  const known = opaque[tagOf(node)];
  if (known === undefined) return null;
  const code = all(as(node, 'DoStmt')?.args, 'DefElem').map(({ arg }) => as(arg, 'String')?.sval ?? '');
  const waits = code.some((text) => /lock_timeout/i.test(text)) ? [lockTimeoutInCode(known.verb)] : [];
  return claim(known.verb, 'unknown', {
    long: true,
    destroys: true,
    findings: [found.unknown(known.why), ...waits],
  });
}
