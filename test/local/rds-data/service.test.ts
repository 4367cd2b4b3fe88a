import {
  BatchExecuteStatementCommand,
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
} from '@aws-sdk/client-rds-data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/local/clock/virtual-clock.ts';
import { clusterArn, secretArn, serveDataApi, type TestDataApi } from '../../support/data-api.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

let server: TestPostgres;
let served: TestDataApi;
beforeAll(async () => {
  server = await startPostgres();
  served = await serveDataApi(server, { limits: { statementMs: 300 } });
});
afterAll(async () => {
  await served?.stop();
  await server?.stop();
});

const address = { resourceArn: clusterArn, secretArn, database: 'postgres' };
type Asked = Partial<ExecuteStatementCommandInput> & { readonly sql: string };
const execute = (asked: Asked, by = served) =>
  by.client.send(new ExecuteStatementCommand({ ...address, ...asked }));
const text = (name: string, stringValue: string) => ({ name, value: { stringValue } });

describe('the local Data API', () => {
  it.each<[string, Asked, string, RegExp]>([
    ['several statements', { sql: 'SELECT 1; SELECT 2' }, 'ValidationException', /Multistatements/],
    [
      'an array as a parameter',
      { sql: 'SELECT :a', parameters: [{ name: 'a', value: { arrayValue: { longValues: [1] } } }] },
      'BadRequestException',
      /Array parameters are not supported/,
    ],
    [
      'a parameter that is not given',
      { sql: 'SELECT :a' },
      'BadRequestException',
      /Cannot find parameter: a/,
    ],
    [
      'a text for a number without a cast',
      { sql: 'SELECT 1 WHERE 1 = :a', parameters: [text('a', '1')] },
      'DatabaseErrorException',
      /operator does not exist: integer = text.*SQLState: 42883$/,
    ],
    ['a type that is not carried', { sql: `SELECT 'a'::name` }, 'UnsupportedResultException', /data type/],
    ['a row above 64 KB', { sql: `SELECT repeat('x', 65537)` }, 'UnsupportedResultException', /too large/],
    [
      'an answer above 1 MiB',
      { sql: `SELECT repeat('x', 60000) FROM generate_series(1, 20)` },
      'UnsupportedResultException',
      /response size limit/,
    ],
    [
      'a statement that takes too long',
      { sql: 'SELECT count(pg_sleep(30))' },
      'StatementTimeoutException',
      /timed out/,
    ],
    [
      'another secret',
      { sql: 'SELECT 1', secretArn: `${secretArn}x` },
      'SecretsErrorException',
      /wasn't found/,
    ],
    [
      'another cluster',
      { sql: 'SELECT 1', resourceArn: `${clusterArn}x` },
      'NotFoundException',
      /can't be found/,
    ],
    ['another database', { sql: 'SELECT 1', database: 'none' }, 'DatabaseErrorException', /SQLState: 3D000$/],
    ['a wrong statement', { sql: 'SELEC 1' }, 'DatabaseErrorException', /Position: 1; SQLState: 42601$/],
    [
      'a transaction that is none',
      { sql: 'SELECT 1', transactionId: 'none' },
      'TransactionNotFoundException',
      /is not found/,
    ],
  ])('refuses %s', async (_, asked, name, message) => {
    await expect(execute(asked)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  it('takes a colon for a parameter nowhere but outside quotes, comments and casts', async () => {
    const sql = `SELECT 'a:b' || $x$:c$x$ || (:d)::text || E'\\':e' /* :f */ AS "g:h" -- :i`;
    expect((await execute({ sql, parameters: [text('d', 'D')] })).records).toEqual([
      [{ stringValue: "a:b:cD':e" }],
    ]);
  });

  it('writes each kind of value in its own way', async () => {
    const sql = `SELECT true, 9007199254740993::bigint, 1.50::numeric, 0.5::float8, '\\x01'::bytea,
      '2026-01-02 03:04:05.000006+02'::timestamptz, ARRAY[1, 2], NULL::text`;
    const resultSetOptions = { longReturnType: 'STRING' } as const;
    expect((await execute({ sql, resultSetOptions })).records).toEqual([
      [
        { booleanValue: true },
        { stringValue: '9007199254740993' },
        { stringValue: '1.50' },
        { doubleValue: 0.5 },
        { blobValue: Uint8Array.of(1) },
        { stringValue: '2026-01-02 01:04:05.000006' },
        { arrayValue: { longValues: [1, 2] } },
        { isNull: true },
      ],
    ]);
  });

  it('keeps nothing of a session between two calls', async () => {
    await execute({ sql: "SET lock_timeout = '5s'" });
    expect((await execute({ sql: 'SHOW lock_timeout' })).records).toEqual([[{ stringValue: '0' }]]);
  });

  it('goes on with a statement after the call has timed out when asked to', async () => {
    await execute({ sql: 'CREATE TABLE late (n int)' });
    const sql = 'INSERT INTO late SELECT count(pg_sleep(0.6))';
    await expect(execute({ sql, continueAfterTimeout: true })).rejects.toMatchObject({
      name: 'StatementTimeoutException',
    });
    await expect
      .poll(async () => (await execute({ sql: 'SELECT n FROM late' })).records, { timeout: 20_000 })
      .toEqual([[{ longValue: 1 }]]);
  });

  it('does all of a batch or nothing', async () => {
    await execute({ sql: 'CREATE TABLE batch (n int PRIMARY KEY)' });
    const sets = (...numbers: number[]) => numbers.map((longValue) => [{ name: 'n', value: { longValue } }]);
    const insert = (...numbers: number[]) =>
      served.client.send(
        new BatchExecuteStatementCommand({
          ...address,
          sql: 'INSERT INTO batch VALUES (:n)',
          parameterSets: sets(...numbers),
        }),
      );
    await expect(insert(1, 2, 1)).rejects.toMatchObject({ name: 'DatabaseErrorException' });
    await insert(3, 4);
    expect((await execute({ sql: 'SELECT n FROM batch ORDER BY n' })).records).toEqual([
      [{ longValue: 3 }],
      [{ longValue: 4 }],
    ]);
  });

  it('rolls back a transaction that is not used for three minutes', async () => {
    const clock = new VirtualClock(0);
    const patient = await serveDataApi(server, { clock });
    try {
      await execute({ sql: 'CREATE TABLE idle (n int)' });
      const { transactionId } = await clock.busy(async () => {
        const begun = await patient.client.send(new BeginTransactionCommand(address));
        const { transactionId } = begun;
        await execute(
          { sql: 'INSERT INTO idle VALUES (1)', ...(transactionId ? { transactionId } : {}) },
          patient,
        );
        return begun;
      });
      await clock.sleep(180_001);
      const commit = new CommitTransactionCommand({ resourceArn: clusterArn, secretArn, transactionId });
      await expect(patient.client.send(commit)).rejects.toMatchObject({
        name: 'TransactionNotFoundException',
      });
      expect((await execute({ sql: 'SELECT n FROM idle' })).records).toEqual([]);
    } finally {
      await patient.stop();
    }
  });

  it('is there for clusters that have it switched on', async () => {
    const off = await serveDataApi(server, { enabled: false });
    await expect(execute({ sql: 'SELECT 1' }, off)).rejects.toMatchObject({
      name: 'HttpEndpointNotEnabledException',
    });
    await off.stop();
  });
});
