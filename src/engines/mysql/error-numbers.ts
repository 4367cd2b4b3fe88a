import type { Classification } from '../failure.ts';

/**
 * Error number → class. What is not listed is fatal, because the server has understood the statement and refused
 * it. `lost` means the server ended the connection: ambiguous for a write, retryable otherwise. A retryable error in
 * a script may leave its transaction open (1205 undoes one statement only): the session rolls back after every error.
 */
export const errorNumbers: Readonly<Record<number, Classification>> = {
  1045: {
    kind: 'login',
    code: 'login-refused',
    remedy:
      'check user and password in the secret, and whether the user must use TLS (require_secure_transport)',
    because: 'the password was wrong; after a rotation the current secret is right',
  },
  1698: { kind: 'login', code: 'login-refused', because: 'MariaDB: the user may not log in by a password' },
  1044: {
    kind: 'fatal',
    code: 'missing-privilege',
    remedy: 'grant the privilege to the user of the target',
    because: 'the user has no right to the database; rights do not appear by asking again',
  },
  1049: {
    kind: 'fatal',
    code: 'no-such-database',
    remedy: 'correct the database name of the target',
    because: 'a database does not appear by asking again',
  },
  1040: tooMany('max_connections is reached; slots become free again'),
  1203: tooMany('max_user_connections is reached; slots become free again'),
  1226: tooMany('a limit of the user per hour or of its connections is reached'),
  1129: {
    kind: 'retryable',
    code: 'unreachable',
    remedy: 'mysqladmin flush-hosts, then find out what keeps failing to connect',
    because: 'the server refuses our host after too many broken connections, until a person allows it again',
  },
  1205: {
    kind: 'retryable',
    code: 'lock-timeout',
    because: 'a row or metadata lock was not granted in time; the statement was undone, we undo the rest',
  },
  1213: {
    kind: 'retryable',
    code: 'deadlock',
    because: 'the server chose our transaction as the victim and undid it',
  },
  1614: {
    kind: 'retryable',
    code: 'deadlock',
    because: 'the transaction branch was the victim of a deadlock',
  },
  3058: {
    kind: 'retryable',
    code: 'deadlock',
    because: 'the wait for a user-level lock would have been a deadlock; nothing was taken',
  },
  3572: { kind: 'retryable', code: 'lock-timeout', because: 'NOWAIT: the lock is held by another session' },
  1317: {
    kind: 'retryable',
    code: 'statement-timeout',
    because: 'the statement was ended by KILL QUERY, ours or a person’s, and was undone',
  },
  3024: { kind: 'retryable', code: 'statement-timeout', because: 'max_execution_time; it ends queries only' },
  1969: { kind: 'retryable', code: 'statement-timeout', because: 'MariaDB: max_statement_time; undone' },
  1028: { kind: 'retryable', code: 'statement-timeout', because: 'a sort was ended by KILL QUERY' },
  1020: {
    kind: 'retryable',
    code: 'serialization-failure',
    because: 'MariaDB: a row changed since the snapshot was taken (innodb_snapshot_isolation)',
  },
  1412: {
    kind: 'retryable',
    code: 'serialization-failure',
    because: 'the table was altered since the snapshot was taken; a new transaction sees the new one',
  },
  1684: {
    kind: 'retryable',
    code: 'lock-timeout',
    because: 'the table is being changed by another statement',
  },
  1290: readOnly('the server runs with read_only or super_read_only: after a failover, a replica'),
  1792: readOnly('the transaction is read only'),
  1836: readOnly('the server is in read-only mode'),
  1053: { kind: 'lost', code: 'connection-lost', because: 'the server is shutting down' },
  1927: { kind: 'lost', code: 'connection-lost', because: 'MariaDB: the connection was killed' },
  4031: { kind: 'lost', code: 'connection-lost', because: 'the session was idle too long' },
  1152: { kind: 'lost', code: 'connection-lost', because: 'the connection was aborted' },
  1184: { kind: 'lost', code: 'connection-lost', because: 'the connection was aborted' },
  1158: { kind: 'lost', code: 'connection-lost', because: 'reading from the network failed on the server' },
  1159: {
    kind: 'lost',
    code: 'connection-lost',
    because: 'reading from the network took the server too long',
  },
  1160: { kind: 'lost', code: 'connection-lost', because: 'writing to the network failed on the server' },
  1161: { kind: 'lost', code: 'connection-lost', because: 'writing to the network took the server too long' },
  1180: {
    kind: 'lost',
    code: 'completion-unknown',
    because: 'COMMIT itself failed: the server does not say whether the transaction is in effect',
  },
  1142: missingPrivilege('no right to the table'),
  1143: missingPrivilege('no right to the column'),
  1227: missingPrivilege('a privilege of the server is missing'),
  1370: missingPrivilege('no right to the routine'),
  1419: {
    kind: 'fatal',
    code: 'missing-privilege',
    remedy: 'set log_bin_trust_function_creators = 1 in the parameter group, or migrate as a user with SUPER',
    because: 'with binary logging the server lets only SUPER create functions and triggers',
  },
  1845: wouldCopy('the ALGORITHM or LOCK asked for is not to be had for this change'),
  1846: wouldCopy('the same, with the reason'),
  1021: exhausted('the disk is full'),
  1030: exhausted('the storage engine failed, most often for want of space'),
  1037: exhausted('memory ran out'),
  1038: exhausted('memory for sorting ran out'),
  1041: exhausted('memory ran out'),
  1114: exhausted('the table, or the disk below it, is full'),
  1206: exhausted('the lock table is full'),
  1799: {
    kind: 'retryable',
    code: 'server-exhausted',
    remedy: 'raise innodb_online_alter_log_max_size, or do it when fewer rows are written',
    because: 'writers filled the log of an online ALTER; the ALTER was undone',
  },
  3169: { kind: 'lost', code: 'connection-lost', because: 'the session was killed' },
};

function tooMany(because: string): Classification {
  const remedy = 'wait for connections to be released or raise the limit';
  return { kind: 'retryable', code: 'too-many-connections', remedy, because };
}

function readOnly(because: string): Classification {
  const remedy = 'make sure the host name is that of the writer';
  return { kind: 'retryable', code: 'read-only-server', remedy, because };
}

function missingPrivilege(because: string): Classification {
  const remedy = 'grant the privilege to the user of the target';
  return { kind: 'fatal', code: 'missing-privilege', remedy, because };
}

function wouldCopy(because: string): Classification {
  const remedy =
    'the server would copy the table while nobody can write to it: add what is wanted beside what is there, fill it by a backfill and drop the old in the contract phase; to accept the copy, write ALGORITHM=COPY';
  return { kind: 'fatal', code: 'would-copy', remedy, because };
}

function exhausted(because: string): Classification {
  const remedy = 'look at free storage and memory of the server';
  return { kind: 'retryable', code: 'server-exhausted', remedy, because };
}
