/**
 * Locks of the application that belong to the session, so that they end with it, however it ends. Names are cut at 255
 * characters by the server. They are the database's own on SQL Server; Babelfish has one space for all databases, hence
 * the number in the name.
 * Parameters: @resource, @mode (`Shared` or `Exclusive`), @timeout in milliseconds. Answers the code.
 */
export const takeLock = `DECLARE @lk_code int, @lk_resource nvarchar(255) = ${lockName('@resource')};
EXEC @lk_code = sys.sp_getapplock @Resource = @lk_resource, @LockMode = @mode, @LockOwner = 'Session',
  @LockTimeout = @timeout;
SELECT @lk_code AS code;`;

/** Gives a lock back where the session holds it. Parameter: @resource. */
export const releaseLock = `DECLARE @lk_resource nvarchar(255) = ${lockName('@resource')};
IF APPLOCK_MODE(N'public', @lk_resource, N'Session') <> N'NoLock'
  EXEC sys.sp_releaseapplock @Resource = @lk_resource, @LockOwner = 'Session';`;

/** SQL: the name of a lock, made of an expression. */
export function lockName(of: string): string {
  return `CONCAT(${of}, N'@', DB_ID())`;
}

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
