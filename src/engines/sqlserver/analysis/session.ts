import type { Claim } from '../../claim.ts';
import { claim } from './claim.ts';
import type { Cursor } from './cursor.ts';
import * as found from './findings.ts';

/** BEGIN TRAN, COMMIT, ROLLBACK. A savepoint is unknown: its name ends with the transaction of a step. */
export function transactionControl(cursor: Cursor): Claim | null {
  if (cursor.accept('BEGIN')) {
    if (cursor.acceptAny('TRAN', 'TRANSACTION') === null) return null;
    return claim('BEGIN TRANSACTION', 'begin', {
      findings: [found.ownTransactionControl('BEGIN TRANSACTION')],
    });
  }
  const verb = cursor.acceptAny('COMMIT', 'ROLLBACK');
  if (verb === null) return null;
  return claim(verb, verb === 'COMMIT' ? 'commit' : 'rollback', {
    findings: [found.ownTransactionControl(verb)],
  });
}

const ours = new Set(['XACT_ABORT', 'LOCK_TIMEOUT', 'IMPLICIT_TRANSACTIONS', 'DEADLOCK_PRIORITY']);
const carryOutOther = new Set([
  'NOEXEC',
  'PARSEONLY',
  'FMTONLY',
  'ROWCOUNT',
  'SHOWPLAN_ALL',
  'SHOWPLAN_TEXT',
  'SHOWPLAN_XML',
]);
const quiet = new Set([
  'NOCOUNT',
  'ANSI_NULLS',
  'QUOTED_IDENTIFIER',
  'ANSI_PADDING',
  'ANSI_WARNINGS',
  'ARITHABORT',
]);
const known = new Set([
  ...quiet,
  ...[
    'ANSI_DEFAULTS',
    'ANSI_NULL_DFLT_ON',
    'ANSI_NULL_DFLT_OFF',
    'CONCAT_NULL_YIELDS_NULL',
    'NUMERIC_ROUNDABORT',
  ],
  ...[
    'DATEFIRST',
    'DATEFORMAT',
    'LANGUAGE',
    'IDENTITY_INSERT',
    'TRANSACTION',
    'STATISTICS',
    'CONTEXT_INFO',
    'TEXTSIZE',
  ],
  ...['ARITHIGNORE', 'CURSOR_CLOSE_ON_COMMIT', 'FORCEPLAN', 'REMOTE_PROC_TRANSACTIONS'],
]);

/** Behind SET. Null for an option that is not known. */
export function set(cursor: Cursor): Claim | null {
  if (cursor.peek()?.kind === 'variable') return claim('SET', 'query');
  const names = [cursor.name().toUpperCase()];
  while (cursor.accept(',')) names.push(cursor.name().toUpperCase());
  const verb = `SET ${names.join(', ')}`;
  const refused = names.find((name) => carryOutOther.has(name));
  if (refused !== undefined) return claim(verb, 'session', { findings: [found.nothingCarriedOut(refused)] });
  if (names.every((name) => ours.has(name))) {
    const isDefault = verb === 'SET XACT_ABORT' && cursor.accept('ON');
    return claim(verb, 'overruled', { findings: isDefault ? [] : names.map(found.overruled) });
  }
  if (!names.every((name) => known.has(name))) return null;
  const isOff = cursor.accept('OFF');
  const oldQuotes =
    isOff && names.some((name) => /^(QUOTED_IDENTIFIER|ANSI_NULLS|ANSI_DEFAULTS)$/.test(name));
  return claim(verb, 'session', {
    findings: [
      ...(oldQuotes ? [found.oldQuotes] : []),
      ...(names.every((name) => quiet.has(name)) ? [] : [found.sessionSetting(verb)]),
    ],
  });
}

/** What changes nothing by itself. */
export function quietly(cursor: Cursor): Claim | null {
  const verb = cursor.acceptAny(
    'DECLARE',
    'PRINT',
    'RAISERROR',
    'THROW',
    'RETURN',
    'WAITFOR',
    'BREAK',
    'CONTINUE',
    'CHECKPOINT',
  );
  if (verb !== null) return claim(verb, 'query', { long: verb === 'WAITFOR' });
  if (!cursor.accept('USE')) return null;
  return claim('USE', 'session', { findings: [found.otherDatabase] });
}
