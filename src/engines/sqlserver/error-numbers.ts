import type { Classification } from '../failure.ts';
import { PARTITION_MOVED, STALE_FENCE } from './ledger/schema.ts';

const login = (because: string): Classification => ({
  kind: 'login',
  code: 'login-refused',
  remedy: 'check user and password in the secret',
  because,
});

const starting = (because: string): Classification => ({
  kind: 'retryable',
  code: 'server-starting',
  remedy: 'wait until the database is available',
  because,
});

const readOnly = (because: string): Classification => ({
  kind: 'retryable',
  code: 'read-only-server',
  remedy: 'make sure the host name is that of the primary, or the listener of the availability group',
  because,
});

const exhausted = (because: string): Classification => ({
  kind: 'retryable',
  code: 'server-exhausted',
  remedy: 'look at free storage, log space and memory of the server',
  because,
});

const missingPrivilege = (because: string): Classification => ({
  kind: 'fatal',
  code: 'missing-privilege',
  remedy: 'grant the permission to the user of the target, or use the owner of the database',
  because,
});

const lost = (because: string): Classification => ({ kind: 'lost', code: 'connection-lost', because });

const conflict: Classification = {
  kind: 'retryable',
  code: 'serialization-failure',
  because: 'the snapshot transaction was undone; the same one may pass next time',
};

/**
 * Error number → class, from “Database Engine events and errors” of the reference. What is not in it is fatal, because
 * the server has understood the statement and refused it. `lost` means the server ended the session: ambiguous for a
 * write, retryable otherwise.
 */
export const errorNumbers: Readonly<Record<number, Classification>> = {
  18456: login('the password was wrong; after a rotation the current secret is right'),
  18452: login('the login is of a domain that the server does not trust'),
  18470: login('the account is disabled'),
  18486: login('the account is locked out'),
  18487: login('the password has expired'),
  18488: login('the password has to be changed first'),
  4060: {
    kind: 'fatal',
    code: 'no-such-database',
    remedy: 'correct the database name of the target, or make the login a user of it',
    because: 'a database does not appear by asking again',
  },
  911: {
    kind: 'fatal',
    code: 'no-such-database',
    remedy: 'correct the database name of the target',
    because: 'a database does not appear by asking again',
  },
  1222: {
    kind: 'retryable',
    code: 'lock-timeout',
    because: 'the lock was not granted in time and the statement was undone',
  },
  1205: {
    kind: 'retryable',
    code: 'deadlock',
    because: 'the server chose our transaction as the victim and undid it',
  },
  3960: conflict,
  3961: conflict,
  10928: {
    kind: 'retryable',
    code: 'too-many-connections',
    remedy: 'wait for connections to be released or raise the limit',
    because: 'the limit of sessions or workers is reached; slots become free again',
  },
  17809: {
    kind: 'retryable',
    code: 'too-many-connections',
    remedy: 'wait for connections to be released or raise the limit of user connections',
    because: 'slots become free again',
  },
  18401: starting('the server upgrades its own databases'),
  922: starting('the database is being recovered'),
  927: starting('the database is being restored'),
  40197: starting('a failover or an upgrade of Azure SQL is under way'),
  40501: starting('Azure SQL is busy'),
  40613: starting('the database of Azure SQL is not available for the moment'),
  3906: readOnly('the database is read-only: perhaps a secondary, to which a failover leads'),
  976: readOnly('the name leads to a secondary of an availability group'),
  978: readOnly('the name leads to a secondary of an availability group'),
  983: readOnly('the replica is changing its role'),
  701: exhausted('memory ran out and the statement was undone'),
  802: exhausted('the buffer pool had no page left'),
  1204: exhausted('no memory was left for another lock'),
  8645: exhausted('memory was not granted in time'),
  8651: exhausted('the least memory that the statement takes was not there'),
  1101: exhausted('the filegroup is full'),
  1105: exhausted('the filegroup is full'),
  9002: exhausted('the transaction log is full'),
  229: missingPrivilege('permission was denied on an object'),
  230: missingPrivilege('permission was denied on a column'),
  262: missingPrivilege('permission was denied in the database'),
  297: missingPrivilege('the user may not do this'),
  300: missingPrivilege('permission was denied on the server'),
  916: missingPrivilege('the login may not enter the database'),
  6102: missingPrivilege('KILL takes ALTER ANY CONNECTION'),
  15247: missingPrivilege('the user may not do this'),
  596: lost('the session was killed'),
  1219: lost('the session gave way to a schema change of higher priority'),
  6005: lost('the server is being shut down'),
  [STALE_FENCE]: { kind: 'stale-fence', code: 'stale-fence', because: 'thrown by the guard of the fence' },
  [PARTITION_MOVED]: {
    kind: 'retryable',
    code: 'partition-moved',
    because: 'thrown by the guard of the checkpoint',
  },
};
