import type { Finding } from '../../../core/analysis/statement.ts';
import type { Claim } from '../../claim.ts';
import { claim } from './claim.ts';
import { Cursor, cutAtCommas } from './cursor.ts';
import * as found from './findings.ts';
import type { ScriptMemory } from './script-memory.ts';
import type { Token } from './tokens.ts';

/** BEGIN, COMMIT, ROLLBACK and their kin; the cursor stands at the first word. */
export function transactionControl(cursor: Cursor, memory: ScriptMemory): Claim | null {
  const leftOut = (verb: string, kind: 'begin' | 'commit' | 'rollback') =>
    claim(verb, kind, { findings: [found.ownTransactionControl(verb)] });
  if (cursor.accept('START', 'TRANSACTION')) return leftOut('START TRANSACTION', 'begin');
  if (cursor.word() === 'BEGIN' && cursor.word(1) !== 'NOT') return leftOut('BEGIN', 'begin');
  if (cursor.accept('COMMIT')) return leftOut('COMMIT', 'commit');
  if (cursor.accept('SAVEPOINT')) return claim('SAVEPOINT', 'session');
  if (cursor.accept('RELEASE', 'SAVEPOINT')) return claim('RELEASE SAVEPOINT', 'session');
  if (!cursor.accept('ROLLBACK')) return null;
  cursor.accept('WORK');
  if (cursor.accept('TO')) return claim('ROLLBACK TO SAVEPOINT', 'session');
  memory.forget();
  return leftOut('ROLLBACK', 'rollback');
}

/** What a setting of a session comes to. */
type Setting =
  | { readonly is: 'kept'; readonly finding?: Finding }
  | { readonly is: 'overruled'; readonly finding: Finding }
  | { readonly is: 'opaque'; readonly finding: Finding };

/** SET. The cursor stands behind it. */
export function set(cursor: Cursor): Claim | null {
  if (cursor.word() === 'PASSWORD' || cursor.word() === 'DEFAULT' || cursor.word() === 'STATEMENT')
    return null;
  if (cursor.word() === 'RESOURCE') return null;
  if (cursor.accept('ROLE')) {
    cursor.takeAll();
    return claim('SET ROLE', 'session', { findings: [found.sessionSetting('SET ROLE')] });
  }
  const settings = cutAtCommas(cursor.takeAll()).map(settingOf);
  const findings = settings.flatMap(({ finding }) => (finding === undefined ? [] : [finding]));
  if (settings.some(({ is }) => is === 'opaque')) {
    return claim('SET', 'unknown', { destroys: true, findings });
  }
  if (settings.every(({ is }) => is === 'overruled')) return claim('SET', 'overruled', { findings });
  return claim('SET', 'session', { findings });
}

function settingOf(tokens: readonly Token[]): Setting {
  const cursor = new Cursor(tokens);
  if (cursor.accept('NAMES') || cursor.accept('CHARSET'))
    return { is: 'overruled', finding: found.clientCharset('SET NAMES') };
  if (cursor.accept('CHARACTER', 'SET'))
    return { is: 'overruled', finding: found.clientCharset('SET CHARACTER SET') };
  const first = cursor.peek();
  if (first?.kind === 'variable' && !first.raw.startsWith('@@')) {
    return { is: 'kept', finding: found.sessionSetting(`SET ${first.raw}`) };
  }
  const { scope, name, value } = systemVariable(cursor);
  if (scope === 'GLOBAL' || scope === 'PERSIST' || scope === 'PERSIST_ONLY') {
    return { is: 'opaque', finding: found.unknown(`SET ${scope} ${name} changes the server`) };
  }
  const rule = rules[name];
  return rule?.(value, name) ?? { is: 'kept', finding: found.sessionSetting(`SET ${name}`) };
}

function systemVariable(cursor: Cursor): { scope: string; name: string; value: string } {
  const first = cursor.take();
  const [, dotted = '', bare = ''] =
    /^@@(?:(global|session|local|persist|persist_only)\.)?(.*)$/i.exec(first.raw) ?? [];
  let scope = dotted.toUpperCase();
  let name = bare.toLowerCase();
  if (first.kind !== 'variable') {
    const isScope = ['GLOBAL', 'SESSION', 'LOCAL', 'PERSIST', 'PERSIST_ONLY'].includes(first.value);
    if (isScope) scope = first.value;
    name = (isScope ? cursor.take() : first).value.toLowerCase();
  }
  const value = cursor
    .takeAll()
    .filter(({ raw }) => raw !== '=' && raw !== ':=')
    .map((token) => (token.kind === 'text' ? token.value : token.raw))
    .join(' ');
  return { scope, name, value };
}

const isOff = (value: string): boolean => /^(?:0|off|false)$/i.test(value);
const timeout = (_value: string, name: string): Setting => ({
  is: 'overruled',
  finding: found.lockTimeoutOverruled(name),
});
const charset = (_value: string, name: string): Setting => ({
  is: 'overruled',
  finding: found.clientCharset(`SET ${name}`),
});
const checks = (): Setting => ({ is: 'kept' });

const rules: Readonly<Record<string, (value: string, name: string) => Setting>> = {
  lock_wait_timeout: timeout,
  innodb_lock_wait_timeout: timeout,
  character_set_client: charset,
  character_set_connection: charset,
  character_set_results: charset,
  collation_connection: charset,
  foreign_key_checks: checks,
  unique_checks: checks,
  check_constraint_checks: checks,
  autocommit: () => ({ is: 'overruled', finding: found.ownTransactionControl('SET autocommit') }),
  transaction: () => ({ is: 'overruled', finding: found.ownTransactionControl('SET TRANSACTION') }),
  sql_log_bin: (value) => (isOff(value) ? { is: 'opaque', finding: found.notReplicated } : { is: 'kept' }),
  sql_mode: (value) => {
    const [, mode] =
      /(ANSI_QUOTES|NO_BACKSLASH_ESCAPES|ANSI|ORACLE|MSSQL|POSTGRESQL|DB2|MAXDB)\b/i.exec(value) ?? [];
    return {
      is: 'kept',
      finding: mode === undefined ? found.sessionSetting('SET sql_mode') : found.quotingChanged(mode),
    };
  },
};

/** USE: names without a database mean other tables from here on. */
export function use(cursor: Cursor, memory: ScriptMemory): Claim {
  const name = cursor.name();
  cursor.end();
  memory.forget();
  return claim('USE', 'session', { findings: [found.sessionSetting(`USE ${name}`)] });
}
