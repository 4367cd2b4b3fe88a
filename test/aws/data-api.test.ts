import { afterEach, expect, test } from 'vitest';
import type { DataApi } from '../../src/app/ports/data-api.ts';
import { openDataApi, rdsDataApi } from '../../src/aws/data-api.ts';
import { VirtualClock } from '../../src/local/clock/virtual-clock.ts';
import { type Gateway, startGateway } from '../../src/local/gateway/gateway.ts';
import type { AwsResponse } from '../../src/local/gateway/service.ts';

const place = { clusterArn: 'arn:aws:rds:c', secretArn: 'arn:aws:secretsmanager:s', database: 'app' };
const signal = new AbortController().signal;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The Data API that gives these answers, one a call; `silence` cuts the connection. */
async function answering(
  ...answers: readonly (AwsResponse | 'silence')[]
): Promise<{ readonly api: DataApi; calls(): number }> {
  let calls = 0;
  const gateway: Gateway = await startGateway({
    services: [
      {
        name: 'rds-data',
        async handle() {
          const answer = answers[calls++] ?? refusal('InternalFailure', 'asked too often');
          if (answer !== 'silence') return answer;
          await gateway.close();
          return refusal('InternalFailure', 'never seen');
        },
      },
    ],
  });
  closers.push(() => gateway.close().catch(() => undefined));
  const client = openDataApi({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  closers.push(() => client.destroy());
  return { api: rdsDataApi({ client, clock: new VirtualClock(0) }), calls: () => calls };
}

const refusal = (name: string, message: string, status = 400): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
  body: JSON.stringify({ message }),
});
const ok: AwsResponse = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
const resuming = refusal('DatabaseResumingException', 'resuming');

test('a database that resumes is asked again until it is up', async () => {
  const { api, calls } = await answering(resuming, resuming, ok);
  expect(await api.execute(place, { sql: 'UPDATE t SET n = 1' }, signal)).toEqual({ kind: 'rows', rows: [] });
  expect(calls()).toBe(3);
});

test('a database that does not come up is given up on, and may be tried again', async () => {
  const { api } = await answering(...Array.from({ length: 9 }, () => resuming));
  await expect(api.execute(place, { sql: 'SELECT 1' }, signal)).rejects.toMatchObject({
    class: 'retryable',
    code: 'database-resuming',
  });
});

test.each<[string, AwsResponse | 'silence', string]>([
  ['a lost reply', 'silence', 'ambiguous'],
  ['an inner error', refusal('InternalServerErrorException', 'x', 500), 'ambiguous'],
  ['a writer that is away', refusal('DatabaseUnavailableException', 'x', 504), 'ambiguous'],
  ['an error without a state', refusal('DatabaseErrorException', 'Communications link failure'), 'ambiguous'],
  ['throttling', refusal('ThrottlingException', 'x'), 'retryable'],
  ['a Data API that is off', refusal('HttpEndpointNotEnabledException', 'x'), 'fatal'],
  ['a refused call', refusal('AccessDeniedException', 'x', 403), 'fatal'],
])('%s is made known, and the call is made once', async (_, answer, kind) => {
  const { api, calls } = await answering(answer);
  await expect(api.commit(place, 'tx')).rejects.toMatchObject({ class: kind });
  expect(calls()).toBe(1);
});

test.each([
  [
    'ERROR: relation "x" does not exist; Position: 15; SQLState: 42P01',
    { sqlState: '42P01', message: 'relation "x" does not exist' },
  ],
  ['FATAL: no entry; SQLState: 28000', { sqlState: '28000', message: 'no entry' }],
  ['ERROR: two\nlines; SQLState: 23503', { sqlState: '23503', message: 'two\nlines' }],
])('a refusal of the database is read from its words: %j', async (message, refused) => {
  const { api } = await answering(refusal('DatabaseErrorException', message));
  expect(await api.execute(place, { sql: 'SELECT 1' }, signal)).toEqual({ kind: 'refused', ...refused });
});

test.each([
  ['StatementTimeoutException', 'Request timed out', 'timed-out'],
  ['TransactionNotFoundException', 'Transaction tx is not found', 'no-transaction'],
  ['UnsupportedResultException', 'The size was too large', 'too-large'],
  ['BadRequestException', 'Database returned more than the allowed response size limit', 'too-large'],
])('%s (%s) is an answer', async (name, message, kind) => {
  const { api } = await answering(refusal(name, message));
  expect(await api.execute(place, { sql: 'SELECT 1' }, signal)).toEqual({ kind });
});
