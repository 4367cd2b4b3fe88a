import { describe, expect, it } from 'vitest';
import { errorNumbers } from '../../../src/engines/mysql/error-numbers.ts';
import { toLockkeeperError, toServerError } from '../../../src/engines/mysql/errors.ts';

const context = { during: 'write', place: 'db:3306' } as const;
const driverError = (errno: number, message: string) =>
  Object.assign(new Error(message), { errno, sqlState: 'HY000', code: 'ER' });
const failure = (errno: number, message = 'm') => toLockkeeperError(driverError(errno, message), context);

describe('errors of the server', () => {
  it.each([
    [1205, 'retryable', 'lock-timeout'],
    [1213, 'retryable', 'deadlock'],
    [3024, 'retryable', 'statement-timeout'],
    [1969, 'retryable', 'statement-timeout'],
    [1040, 'retryable', 'too-many-connections'],
    [1203, 'retryable', 'too-many-connections'],
    [1045, 'retryable', 'login-refused'],
    [1290, 'retryable', 'read-only-server'],
    [1053, 'ambiguous', 'connection-lost'],
    [1927, 'ambiguous', 'connection-lost'],
    [1180, 'ambiguous', 'completion-unknown'],
    [1049, 'fatal', 'no-such-database'],
    [1142, 'fatal', 'missing-privilege'],
    [1064, 'fatal', 'sql-error'],
  ])('%i is %s (%s)', (number, kind, code) => {
    expect(failure(number).class).toBe(kind);
    if (number !== 1180) expect(failure(number).code).toBe(code);
  });

  it('each have a reason for their class', () => {
    for (const { because } of Object.values(errorNumbers)) expect(because).not.toBe('');
  });

  it.each([
    [
      `BIGINT UNSIGNED value is out of range in '(18446744073709551615 + (coalesce(max(\`shop\`.\`lockkeeper_stale_fence\`.\`fence\`),0) <> 6))'`,
      'fence 6 is no longer',
    ],
  ])('made to happen by the fence say so', (message, says) => {
    expect(failure(1690, message)).toMatchObject({
      code: 'stale-fence',
      message: expect.stringContaining(says),
    });
  });

  it('of an author are not taken for a fence', () => {
    expect(failure(1690, `BIGINT UNSIGNED value is out of range in '(0 - \`t\`.\`a\`)'`)).toMatchObject({
      code: 'sql-error',
    });
  });

  it.each([
    [
      1062,
      `Duplicate entry 'it's secret-4711' for key 't.PRIMARY'`,
      `Duplicate entry '…' for key 't.PRIMARY'`,
    ],
    [
      1292,
      `Incorrect date value: '0000-47-11' for column \`a\`.\`t\`.\`c\` at row 7`,
      "Incorrect date value: '…' for column `a`.`t`.`c` at row 7",
    ],
    [1292, `Truncated incorrect DOUBLE value: 'secret-4711'`, `Truncated incorrect DOUBLE value: '…'`],
    [
      1366,
      `Incorrect integer value: '4711' for column 'c' at row 1`,
      `Incorrect integer value: '…' for column 'c' at row 1`,
    ],
    [1406, `Data too long for column 'c' at row 1`, `Data too long for column 'c' at row 1`],
  ])('%i is told without the value of a row', (number, message, kept) => {
    expect(toServerError(driverError(number, message))?.message).toBe(kept);
  });
});

describe('errors of the network', () => {
  const broken = (code: string) => Object.assign(new Error('x'), { code });

  it.each([
    ['connect', 'ECONNREFUSED', 'retryable', 'unreachable'],
    ['connect', 'SELF_SIGNED_CERT_IN_CHAIN', 'fatal', 'tls-refused'],
    ['connect', 'HANDSHAKE_NO_SSL_SUPPORT', 'fatal', 'tls-refused'],
    ['read', 'PROTOCOL_CONNECTION_LOST', 'retryable', 'connection-lost'],
    ['write', 'PROTOCOL_CONNECTION_LOST', 'ambiguous', 'connection-lost'],
  ] as const)('during %s, %s is %s (%s)', (during, code, kind, is) => {
    expect(toLockkeeperError(broken(code), { during, place: 'p' })).toMatchObject({ class: kind, code: is });
  });
});
