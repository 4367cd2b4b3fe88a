import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'index-not-online',
  severity: 'warning',
  title: 'An index is built or rebuilt while nobody can write',
  versions: 'all; ONLINE takes Enterprise edition or Azure SQL',
  bySize: true,
});

export const indexNotOnline = (table: string): Finding =>
  rule.finding(
    `unless it is done online, nobody can write to ${table} until the index is finished`,
    'Say nothing of ONLINE: Lockkeeper asks for the best way that the server’s edition knows.',
    { table },
  );

/** @param server its version and edition in words */
export const offlineEdition = (table: string, server: string): Finding =>
  rule.finding(
    `${server} cannot build an index online: nobody can write to ${table} until it is finished`,
    'Run it when the table is quiet. Online builds take Enterprise edition, or Azure SQL.',
    { table },
  );

export const neverOnline = (table: string, why: string): Finding =>
  rule.finding(
    `${why}: nobody can write to ${table} until the index is finished`,
    'Run it when the table is quiet.',
    { table },
  );
