import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainEffects } from '../../src/app/ports/effects.ts';
import { s3Artifacts } from '../../src/aws/artifacts.ts';
import { fromAws } from '../../src/aws/errors.ts';
import { sfnExecutions } from '../../src/aws/executions.ts';
import { awsNotifier } from '../../src/aws/notifier.ts';
import { rdsControl } from '../../src/aws/rds.ts';
import { dynamoRunStore } from '../../src/aws/run-store/run-store.ts';
import { secretsManagerSecrets } from '../../src/aws/secrets.ts';
import { StaleFenceError } from '../../src/core/errors.ts';
import { runId } from '../../src/core/ids.ts';
import { clientsFor, type OpenClients } from './clients.ts';
import { jsonError, queryError, type Reply, type ScriptedAws, startScriptedAws } from './scripted-aws.ts';

let aws: ScriptedAws;
let clients: OpenClients;

beforeAll(async () => {
  aws = await startScriptedAws();
  clients = await clientsFor(aws.environment, { requestTimeoutMs: 500 });
});
afterAll(async () => {
  clients?.close();
  await aws?.stop();
});

const effects = plainEffects;
const calls = {
  secret: () => secretsManagerSecrets({ client: clients.secrets }).current('app/db'),
  table: () =>
    dynamoRunStore({
      client: clients.dynamodb,
      table: 'runs',
      clock: { now: () => 0 },
      random: () => 0,
      effects,
    }).getRun(runId('r')),
  object: () => s3Artifacts({ client: clients.s3, bucket: 'bucket', effects }).getText('plans/1.json'),
  snapshot: () =>
    rdsControl({ client: clients.rds, effects }).createSnapshot('orders', 'snap', { 'lockkeeper:run': 'r' }),
  rename: () => rdsControl({ client: clients.rds, effects }).renameInstance('orders', 'orders-failed'),
  modify: () =>
    rdsControl({ client: clients.rds, effects }).modifyInstance({ DBInstanceIdentifier: 'orders' }),
  describe: () => rdsControl({ client: clients.rds, effects }).describeInstance('orders'),
  restore: () =>
    rdsControl({ client: clients.rds, effects }).restoreInstance({
      DBInstanceIdentifier: 'orders-rb',
      DBSnapshotIdentifier: 'snap',
    }),
  answer: () => executions().succeed('a-secret-token', { runId: 'r' }),
  isRunning: () => executions().isRunning('arn:aws:states:eu-central-1:1:execution:m:x'),
  start: () => executions().start({}, 'x'),
  notify: () => notifier().notify({ subject: 's', text: 't' }),
  announce: () =>
    notifier().announce({
      runId: runId('r'),
      target: 'shop',
      version: '1',
      description: 'x',
      direction: 'up',
      number: 0,
      from: null,
      to: 'planned',
      at: '2026-01-01T00:00:00.000Z',
      because: 'planned',
    }),
};
const notifier = () =>
  awsNotifier({
    sns: clients.sns,
    topicArn: 'arn:aws:sns:eu-central-1:1:t',
    events: clients.events,
    effects,
  });
const executions = () =>
  sfnExecutions({
    client: clients.sfn,
    onceClient: clients.sfnOnce,
    migrationMachineArn: 'arn:aws:states:eu-central-1:1:stateMachine:m',
    rollbackMachineArn: 'arn:aws:states:eu-central-1:1:stateMachine:r',
    effects,
  });

interface Case {
  readonly call: keyof typeof calls;
  readonly reply: Reply;
  readonly name: string;
  readonly code: string;
}
const s3Error = (code: string, status: number): Reply => ({
  status,
  body: `<Error><Code>${code}</Code><Message>no</Message></Error>`,
});

test.each<Case>([
  { call: 'secret', reply: jsonError('ResourceNotFoundException'), name: 'FatalError', code: 'not-found' },
  { call: 'secret', reply: jsonError('AccessDeniedException'), name: 'FatalError', code: 'access-denied' },
  { call: 'secret', reply: jsonError('DecryptionFailure'), name: 'FatalError', code: 'kms-key' },
  {
    call: 'secret',
    reply: jsonError('InvalidRequestException'),
    name: 'FatalError',
    code: 'secret-unusable',
  },
  { call: 'secret', reply: jsonError('ThrottlingException'), name: 'RetryableError', code: 'throttled' },
  {
    call: 'secret',
    reply: jsonError('InternalServiceError', 500),
    name: 'RetryableError',
    code: 'service-unavailable',
  },
  { call: 'secret', reply: jsonError('ExpiredTokenException'), name: 'FatalError', code: 'aws-credentials' },
  {
    call: 'secret',
    reply: jsonError('NeverHeardOf', 503),
    name: 'RetryableError',
    code: 'service-unavailable',
  },
  {
    call: 'secret',
    reply: jsonError('NeverHeardOf', 429),
    name: 'RetryableError',
    code: 'service-unavailable',
  },
  { call: 'secret', reply: jsonError('NeverHeardOf', 400), name: 'FatalError', code: 'aws-error' },
  { call: 'secret', reply: 'lost', name: 'RetryableError', code: 'reply-lost' },
  { call: 'secret', reply: 'silence', name: 'RetryableError', code: 'reply-lost' },
  {
    call: 'table',
    reply: jsonError('ProvisionedThroughputExceededException'),
    name: 'RetryableError',
    code: 'throttled',
  },
  { call: 'object', reply: s3Error('NoSuchBucket', 404), name: 'FatalError', code: 'not-found' },
  { call: 'object', reply: s3Error('SlowDown', 503), name: 'RetryableError', code: 'throttled' },
  { call: 'object', reply: s3Error('AccessDenied', 403), name: 'FatalError', code: 'access-denied' },
  {
    call: 'snapshot',
    reply: queryError('InvalidDBInstanceState'),
    name: 'RetryableError',
    code: 'instance-busy',
  },
  {
    call: 'snapshot',
    reply: queryError('SnapshotQuotaExceeded'),
    name: 'FatalError',
    code: 'snapshot-quota',
  },
  { call: 'snapshot', reply: queryError('DBInstanceNotFound', 404), name: 'FatalError', code: 'not-found' },
  { call: 'snapshot', reply: queryError('Throttling'), name: 'RetryableError', code: 'throttled' },
  {
    call: 'snapshot',
    reply: queryError('InternalFailure', 500),
    name: 'RetryableError',
    code: 'service-unavailable',
  },
  { call: 'restore', reply: queryError('InstanceQuotaExceeded'), name: 'FatalError', code: 'instance-quota' },
  { call: 'restore', reply: queryError('StorageQuotaExceeded'), name: 'FatalError', code: 'storage-quota' },
  {
    call: 'restore',
    reply: queryError('InsufficientDBInstanceCapacity'),
    name: 'RetryableError',
    code: 'no-capacity',
  },
  {
    call: 'restore',
    reply: queryError('InvalidDBSnapshotState'),
    name: 'RetryableError',
    code: 'snapshot-busy',
  },
  {
    call: 'restore',
    reply: queryError('InvalidParameterCombination'),
    name: 'FatalError',
    code: 'aws-error',
  },
  {
    call: 'rename',
    reply: queryError('DBInstanceNotFound', 404),
    name: 'RetryableError',
    code: 'rename-unsettled',
  },
  {
    call: 'rename',
    reply: queryError('DBInstanceAlreadyExists'),
    name: 'RetryableError',
    code: 'rename-unsettled',
  },
  {
    call: 'rename',
    reply: queryError('InvalidDBInstanceState'),
    name: 'RetryableError',
    code: 'instance-busy',
  },
  { call: 'modify', reply: queryError('DBInstanceNotFound', 404), name: 'FatalError', code: 'not-found' },
  { call: 'answer', reply: 'lost', name: 'AmbiguousError', code: 'reply-lost' },
  { call: 'answer', reply: 'silence', name: 'AmbiguousError', code: 'reply-lost' },
  {
    call: 'answer',
    reply: jsonError('InternalServerError', 500),
    name: 'AmbiguousError',
    code: 'service-unavailable',
  },
  {
    call: 'answer',
    reply: jsonError('NeverHeardOf', 502),
    name: 'AmbiguousError',
    code: 'service-unavailable',
  },
  { call: 'answer', reply: jsonError('ThrottlingException'), name: 'RetryableError', code: 'throttled' },
  { call: 'isRunning', reply: jsonError('InvalidArn'), name: 'FatalError', code: 'invalid-arn' },
  { call: 'start', reply: jsonError('StateMachineDoesNotExist'), name: 'FatalError', code: 'not-found' },
  { call: 'start', reply: jsonError('ExecutionLimitExceeded'), name: 'RetryableError', code: 'throttled' },
  { call: 'notify', reply: queryError('NotFound', 404), name: 'FatalError', code: 'not-found' },
])('$call answered by $reply is a $name ($code)', async ({ call, reply, name, code }) => {
  aws.reply(reply);
  const error = await failureOf(calls[call]);
  expect(error).toMatchObject({ name, code, cause: expect.anything() });
  if (name === 'FatalError' && code !== 'aws-error')
    expect(error).toHaveProperty('remedy', expect.any(String));
  expect(String(error)).not.toContain('a-secret-token');
});

test('an unreachable endpoint is retryable and says what to look at, also for an answer that must not be given twice', async () => {
  const nowhere = await startScriptedAws();
  await nowhere.stop();
  const lost = await clientsFor(nowhere.environment);
  try {
    const answering = sfnExecutions({
      client: lost.sfn,
      onceClient: lost.sfnOnce,
      migrationMachineArn: 'm',
      rollbackMachineArn: 'r',
      effects,
    });
    expect(await failureOf(() => answering.succeed('t', {}))).toMatchObject({
      name: 'RetryableError',
      code: 'aws-unreachable',
      remedy: expect.stringContaining('AWS_ENDPOINT_URL'),
    });
  } finally {
    lost.close();
    Object.assign(process.env, aws.environment);
  }
});

test('reads are tried again by the client, an answer to a waiting task never', async () => {
  aws.reply('lost');
  await failureOf(calls.secret);
  expect(aws.requests()).toBe(3);
  aws.reply('lost');
  await failureOf(calls.answer);
  expect(aws.requests()).toBe(1);
});

test('an answer is false when nobody waits for it', async () => {
  for (const name of ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']) {
    aws.reply(jsonError(name));
    expect(await calls.answer()).toBe(false);
    aws.reply(jsonError(name));
    expect(await executions().fail('t', 'e', 'c')).toBe(false);
  }
});

test('what is not there reads as null or not running', async () => {
  aws.reply(queryError('DBInstanceNotFound', 404));
  expect(await calls.describe()).toBeNull();
  aws.reply(queryError('DBSnapshotNotFound', 404));
  expect(await rdsControl({ client: clients.rds, effects }).describeSnapshot('s')).toBeNull();
  aws.reply(s3Error('NoSuchKey', 404));
  expect(await calls.object()).toBeNull();
  aws.reply(jsonError('ExecutionDoesNotExist'));
  expect(await calls.isRunning()).toBe(false);
});

test('an event that the bus refuses inside a successful call is not lost silently', async () => {
  const published = {
    status: 200,
    body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
  };
  const refused = {
    status: 200,
    body: '{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"no"}]}',
  };
  aws.replyBy((target) => (target === 'AWSEvents.PutEvents' ? refused : published));
  expect(await failureOf(calls.announce)).toMatchObject({ name: 'RetryableError', code: 'event-refused' });
});

test('errors that are not of AWS, and our own, pass unchanged', () => {
  const kind = { doing: 'x', repeatable: true };
  const own = new StaleFenceError(3);
  const other = new TypeError('a mistake');
  expect(fromAws(own, kind)).toBe(own);
  expect(fromAws(other, kind)).toBe(other);
  expect(fromAws('text', kind)).toBe('text');
});

async function failureOf(call: () => Promise<unknown>): Promise<unknown> {
  return call().then(
    (value) => Promise.reject(new Error(`it succeeded with ${JSON.stringify(value)}`)),
    (error: unknown) => error,
  );
}
