/**
 * Locks of the application that belong to the session, so that they end with it, however it ends. The resource is the
 * database's own; names are cut at 255 characters by the server, so that long ones are passed as their hash.
 * Parameters: @resource, @mode (`Shared` or `Exclusive`), @timeout in milliseconds. Answers the code.
 */
export const takeLock = `DECLARE @lk_code int;
EXEC @lk_code = sys.sp_getapplock @Resource = @resource, @LockMode = @mode, @LockOwner = 'Session',
  @LockTimeout = @timeout, @DbPrincipal = N'public';
SELECT @lk_code AS code;`;

export const releaseLock = `DECLARE @lk_code int;
EXEC @lk_code = sys.sp_releaseapplock @Resource = @resource, @LockOwner = 'Session', @DbPrincipal = N'public';
SELECT @lk_code AS code;`;

/** What sp_getapplock answers; anything else is an error of the call. */
export type LockAnswer = 'granted' | 'busy' | 'cancelled' | 'deadlock';

/** Null for a code that the reference does not know: then nobody holds anything, and nobody goes on. */
export function lockAnswer(code: number): LockAnswer | null {
  return answers[code] ?? null;
}

const answers: Readonly<Record<number, LockAnswer>> = {
  0: 'granted',
  1: 'granted',
  [-1]: 'busy',
  [-2]: 'cancelled',
  [-3]: 'deadlock',
};

/**
 * What a session is set to before anything is sent: an error ends and undoes the whole transaction (XACT_ABORT), a wait
 * for a lock ends with error 1222, and of a deadlock with others ours is the victim.
 */
export function sessionSettings(lockTimeoutMs: number): string {
  return `SET XACT_ABORT ON; SET LOCK_TIMEOUT ${Math.max(0, Math.trunc(lockTimeoutMs))}; SET DEADLOCK_PRIORITY LOW;
SET QUOTED_IDENTIFIER, ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT, CONCAT_NULL_YIELDS_NULL ON;
SET NUMERIC_ROUNDABORT OFF; SET IMPLICIT_TRANSACTIONS OFF; SET NOCOUNT ON;`;
}
