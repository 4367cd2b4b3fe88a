import { describe, expect, it } from 'vitest';
import {
  classify,
  ServerError,
  toLockkeeperError,
  toServerError,
} from '../../../src/engines/postgres/errors.ts';

const place = 'db.example:5432';
const serverError = (sqlState: string, message = 'words') => new ServerError(sqlState, message, null, 0);

describe('a SQLSTATE', () => {
  it.each([
    ['28P01', 'retryable', 'login-refused'],
    ['28000', 'retryable', 'login-refused'],
    ['3D000', 'fatal', 'no-such-database'],
    ['53300', 'retryable', 'too-many-connections'],
    ['53100', 'retryable', 'server-exhausted'],
    ['57P03', 'retryable', 'server-starting'],
    ['55P03', 'retryable', 'lock-timeout'],
    ['40P01', 'retryable', 'deadlock'],
    ['40001', 'retryable', 'serialization-failure'],
    ['57014', 'retryable', 'statement-timeout'],
    ['42501', 'fatal', 'missing-privilege'],
    ['LK001', 'fatal', 'stale-fence'],
    ['23505', 'fatal', 'sql-error'],
    ['42P01', 'fatal', 'sql-error'],
  ])('%s is %s (%s), with its reason', (sqlState, expectedClass, code) => {
    expect(
      toLockkeeperError(serverError(sqlState, 'fence 7 is stale'), { during: 'write', place }),
    ).toMatchObject({
      class: expectedClass,
      code,
    });
    expect(classify(sqlState).because).not.toBe('');
  });

  it.each(['57P01', '57P02', '08006', '08003', '40003', '25P03'])(
    '%s loses a write but not a read',
    (sqlState) => {
      expect(toLockkeeperError(serverError(sqlState), { during: 'write', place })).toMatchObject({
        class: 'ambiguous',
      });
      expect(toLockkeeperError(serverError(sqlState), { during: 'read', place })).toMatchObject({
        class: 'retryable',
      });
    },
  );
});

describe('a message', () => {
  it('keeps no detail, hint or quoted value of the server error', () => {
    const driver = Object.assign(new Error('invalid input syntax for type integer: "hunter2 "x""'), {
      code: '22P02',
      severity: 'ERROR',
      detail: 'Key (secret)=(hunter2)',
      where: 'unnamed portal parameter $1 = hunter2',
    });
    const mapped = toLockkeeperError(toServerError(driver), { during: 'read', place });
    expect(mapped.message).toBe(
      'db.example:5432: invalid input syntax for type integer: "…" (SQLSTATE 22P02)',
    );
    expect(JSON.stringify(mapped.cause) + String(mapped.cause)).not.toContain('hunter2');
  });
});
