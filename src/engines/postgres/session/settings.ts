import type { SessionUse } from '../../sessions.ts';

/**
 * How values are written out. They travel as text and come back as text, so the notation must not depend
 * on what the database or the role is set to.
 */
const notation = {
  client_min_messages: 'error',
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  extra_float_digits: '3',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
} as const;

/** A vanished client is noticed within a minute, so that its locks do not outlive it for hours. */
const keepalive = {
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
} as const;

/** Milliseconds. `lock_timeout` of ordinary sessions bounds our own ledger writes, not steps, which set theirs. */
const limits: Readonly<Record<SessionUse, Readonly<Record<string, string>>>> = {
  ordinary: {
    lock_timeout: '5000',
    statement_timeout: '600000',
    idle_in_transaction_session_timeout: '60000',
  },
  worker: {
    lock_timeout: '500',
    statement_timeout: '60000',
    idle_in_transaction_session_timeout: '60000',
    // A Lambda lives 15 minutes at most; the partition's lock of a frozen one must not live much longer.
    idle_session_timeout: '900000',
    // Every batch walks the key: a plan made for the values at hand, by the index, on one core.
    plan_cache_mode: 'force_custom_plan',
    enable_seqscan: 'off',
    // Without statistics the planner takes a partition for few rows, and would fetch and sort all of it a batch.
    enable_sort: 'off',
    max_parallel_workers_per_gather: '0',
    jit: 'off',
  },
  detached: {
    lock_timeout: '5000',
    statement_timeout: '0',
    transaction_timeout: '0',
    client_connection_check_interval: '0',
    idle_in_transaction_session_timeout: '60000',
    idle_session_timeout: '60000',
  },
};

/** The settings of a session; those that the server's version does not know are left out by `settingsQuery`. */
export function sessionSettings(use: SessionUse): Readonly<Record<string, string>> {
  return { ...notation, ...keepalive, ...limits[use] };
}

/** The settings of a transaction over a transport that keeps no session, so that no client can vanish from one. */
export const transactionSettings = (use: 'ordinary' | 'worker'): Readonly<Record<string, string>> => ({
  ...notation,
  ...limits[use],
});

/** Applies `$1` (names) and `$2` (values), skipping names the server does not have; returns the backend's `pid`. */
const settingsFor = (lasting: 'session' | 'transaction') => `
  SELECT pg_catalog.pg_backend_pid() AS pid,
         pg_catalog.count(pg_catalog.set_config(wanted.name, wanted.value, ${lasting === 'transaction'}))
  FROM unnest($1::text[], $2::text[]) AS wanted(name, value)
  WHERE EXISTS (SELECT FROM pg_catalog.pg_settings s WHERE s.name = wanted.name)`;

export const settingsQuery = settingsFor('session');
export const localSettingsQuery = settingsFor('transaction');
