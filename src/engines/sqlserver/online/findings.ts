import type { Finding } from '../../../core/analysis/statement.ts';

export const offlineEdition = (table: string, server: string): Finding => ({
  rule: 'index-not-online',
  severity: 'warning',
  message: `${server} cannot build an index online: nobody can write to ${table} until it is finished`,
  remedy: 'Run it when the table is quiet. Online builds take Enterprise edition, or Azure SQL.',
  table,
});

export const neverOnline = (table: string, why: string): Finding => ({
  rule: 'index-not-online',
  severity: 'warning',
  message: `${why}: nobody can write to ${table} until the index is finished`,
  remedy: 'Run it when the table is quiet.',
  table,
});

export const notResumable = (table: string, why: string): Finding => ({
  rule: 'index-not-resumable',
  severity: 'note',
  message: `the index on ${table} is built in one go, and begun anew if it is interrupted (${why})`,
  remedy: 'See that the log has room for all of it, and that nothing ends the session meanwhile.',
  table,
});

export const queuesOthers = (table: string): Finding => ({
  rule: 'lock-queue',
  severity: 'note',
  message: `at its beginning and end the build waits for a lock on ${table} with all others queueing behind it, as long as LOCK_TIMEOUT lets it`,
  remedy: 'Nothing needs to be done: the wait is short and taken up again.',
});
