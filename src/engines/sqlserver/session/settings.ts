/** What a session is for; it decides how long it waits for locks. */
export type SessionUse =
  /** Questions and short writes. */
  | 'ordinary'
  /** One partition of a backfill. */
  | 'worker'
  /** A step, which sets its own limit before each statement. */
  | 'step'
  /** The beginning of a run. */
  | 'enter'
  /** The program that drives runs. */
  | 'runner';

/** Those that hold a lock of the application. */
export const holderUses: readonly SessionUse[] = ['worker', 'step', 'enter', 'runner'];

/** Milliseconds. That of ordinary sessions bounds our own ledger writes. */
const lockTimeouts: Readonly<Record<SessionUse, number>> = {
  ordinary: 5_000,
  worker: 500,
  step: 5_000,
  enter: 5_000,
  runner: 5_000,
};

export const lockTimeoutOf = (use: SessionUse): number => lockTimeouts[use];

/** A wait for a lock, of whatever kind, ends with error 1222 after so long. */
export const lockTimeoutStatement = (ms: number): string =>
  `SET LOCK_TIMEOUT ${Math.max(0, Math.trunc(ms))};`;

/**
 * What a session is set to before anything is sent: an error ends and undoes the whole transaction (XACT_ABORT), a wait
 * for a lock ends with error 1222, and of a deadlock with others ours is the victim. Sent as a batch: what a call of
 * sp_executesql sets ends with the call.
 */
export function sessionSettings(lockTimeoutMs: number): string {
  return `SET XACT_ABORT ON; ${lockTimeoutStatement(lockTimeoutMs)} SET DEADLOCK_PRIORITY LOW;
SET QUOTED_IDENTIFIER, ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT, CONCAT_NULL_YIELDS_NULL ON;
SET NUMERIC_ROUNDABORT OFF; SET IMPLICIT_TRANSACTIONS OFF; SET NOCOUNT ON;`;
}
