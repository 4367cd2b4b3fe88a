import type { Classification } from '../failure.ts';

/**
 * SQLSTATE → class. Five characters are looked up first, then the two of the class; what is in neither is
 * fatal, because the server has understood the statement and refused it. `lost` means the server ended the
 * connection: ambiguous for a write, retryable otherwise.
 */
export const sqlStates: Readonly<Record<string, Classification>> = {
  '28P01': {
    kind: 'login',
    code: 'login-refused',
    remedy: 'check user and password in the secret',
    because: 'the password was wrong; after a rotation the current secret is right',
  },
  '28000': {
    kind: 'login',
    code: 'login-refused',
    remedy: 'check the user, the secret and what pg_hba.conf or the parameter group demands (rds.force_ssl)',
    because: 'the role may not log in like this; a rotation may have changed the user',
  },
  '3D000': {
    kind: 'fatal',
    code: 'no-such-database',
    remedy: 'correct the database name of the target',
    because: 'a database does not appear by asking again',
  },
  '53300': {
    kind: 'retryable',
    code: 'too-many-connections',
    remedy: 'wait for connections to be released or raise max_connections',
    because: 'slots become free again',
  },
  '57P03': {
    kind: 'retryable',
    code: 'server-starting',
    remedy: 'wait until the server accepts connections',
    because: 'starting, recovering or shutting down passes',
  },
  '55P03': {
    kind: 'retryable',
    code: 'lock-timeout',
    because: 'the lock was not granted in time and the statement was undone',
  },
  '40P01': {
    kind: 'retryable',
    code: 'deadlock',
    because: 'the server chose our transaction as the victim and undid it',
  },
  '40001': {
    kind: 'retryable',
    code: 'serialization-failure',
    because: 'the transaction was undone; the same one may pass next time',
  },
  '57014': {
    kind: 'retryable',
    code: 'statement-timeout',
    because: 'the statement was cancelled or ran into statement_timeout, and was undone',
  },
  '25P02': {
    kind: 'retryable',
    code: 'transaction-aborted',
    because: 'an earlier statement of the transaction failed; nothing of it is kept',
  },
  '57P01': {
    kind: 'lost',
    code: 'connection-lost',
    because: 'an administrator or a failover ended the session',
  },
  '57P02': { kind: 'lost', code: 'connection-lost', because: 'the server crashed under the session' },
  '57P05': { kind: 'lost', code: 'connection-lost', because: 'the session was idle too long' },
  '25P03': {
    kind: 'lost',
    code: 'connection-lost',
    because: 'the transaction was idle too long and the session ended',
  },
  '25P04': { kind: 'lost', code: 'connection-lost', because: 'transaction_timeout ended the session' },
  '40003': {
    kind: 'lost',
    code: 'completion-unknown',
    because: 'the server itself does not know whether the statement was completed',
  },
  '42501': {
    kind: 'fatal',
    code: 'missing-privilege',
    remedy: 'grant the privilege to the user of the target, or use the owner of the objects',
    because: 'privileges do not appear by asking again',
  },
  '25006': {
    kind: 'retryable',
    code: 'read-only-server',
    remedy: 'make sure the host name is that of the writer',
    because: 'during a failover the name points at a replica for a while',
  },
  LK001: { kind: 'stale-fence', code: 'stale-fence', because: 'raised by lockkeeper.assert_fence' },
  LK004: { kind: 'retryable', code: 'target-busy', because: 'raised by a step that is one block' },
  '08': { kind: 'lost', code: 'connection-lost', because: 'connection exceptions' },
  '53': {
    kind: 'retryable',
    code: 'server-exhausted',
    remedy: 'look at free storage and memory of the server',
    because: 'disk or memory ran out and the statement was undone; there may be room later',
  },
};
