import { type Claim, claim, lockOn } from './claim.ts';
import * as found from './findings.ts';
import { lockModeOf } from './locks.ts';
import type { Node } from './parser.ts';
import type { ScriptMemory } from './script-memory.ts';
import { all, as, relationName, tagOf } from './tree.ts';

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
  const leftOut = form.kind === 'session' ? [] : [found.ownTransactionControl(form.verb)];
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
  const name = statement.name ?? 'all settings';
  // The same unqualified name may mean another table from here on.
  if (statement.name === undefined || ['search_path', 'role', 'session_authorization'].includes(name))
    memory.forget();
  const verb = statement.kind?.startsWith('VAR_RESET') ? 'RESET' : statement.is_local ? 'SET LOCAL' : 'SET';
  return claim(verb, 'session', { findings: [found.sessionSetting(`${verb} ${name}`)] });
}

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

/** Statements that leave neither schema nor data changed. */
const quiet: Readonly<Record<string, { readonly verb: string; readonly kind?: 'query' }>> = {
  VariableShowStmt: { verb: 'SHOW', kind: 'query' },
  ConstraintsSetStmt: { verb: 'SET CONSTRAINTS' },
  ListenStmt: { verb: 'LISTEN' },
  UnlistenStmt: { verb: 'UNLISTEN' },
  NotifyStmt: { verb: 'NOTIFY' },
  DeallocateStmt: { verb: 'DEALLOCATE' },
  ClosePortalStmt: { verb: 'CLOSE' },
  FetchStmt: { verb: 'FETCH' },
  CheckPointStmt: { verb: 'CHECKPOINT' },
};

export function quietly(node: Node): Claim | null {
  const known = quiet[tagOf(node)];
  return known === undefined ? null : claim(known.verb, known.kind ?? 'session');
}

/** DISCARD; only DISCARD ALL is refused inside a transaction. */
export function discard(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'DiscardStmt');
  if (statement === undefined) return null;
  memory.forget();
  const verb = (statement.target ?? '').replace('_', ' ');
  return claim(verb, 'session', {
    transactional: verb !== 'DISCARD ALL',
    findings: [found.sessionSetting(verb)],
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
  return claim(known.verb, 'unknown', { long: true, destroys: true, findings: [found.unknown(known.why)] });
}
