import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.ts';
import { eventually } from '../support/eventually.ts';
import { buildLambdaHost } from '../support/lambda-host.ts';
import { localClient } from '../support/local-client.ts';

const run = promisify(execFile);
const ACCOUNT = '000000000000';

/** Uses the SDK as a shipped handler does: with nothing but its environment. */
const HANDLER = `
  import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
  export const handler = async ({ topic, text }) => {
    const { MessageId } = await new SNSClient({}).send(new PublishCommand({ TopicArn: topic, Message: text }));
    return { kind: 'done', MessageId };
  };`;

const MACHINE = {
  QueryLanguage: 'JSONata',
  StartAt: 'Tell',
  States: {
    Tell: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: {
        FunctionName: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:tell`,
        Payload: '{% $states.input %}',
      },
      Output: '{% $states.result.Payload %}',
      TimeoutSeconds: 60,
      End: true,
    },
  },
};

let folder: string;
let hostScript: string;
let cloud: LocalCloud;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-cloud-'));
  hostScript = await buildLambdaHost(folder);
  const bundle = join(folder, 'tell.cjs');
  await build({
    stdin: { contents: HANDLER, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: bundle,
    logLevel: 'warning',
  });
  cloud = await startLocalCloud({
    rds: { durability: 'relaxed' },
    functions: { tell: { bundle, timeoutMs: 30_000 } },
    lambda: { hostScript, mode: 'warm' },
    stateMachines: [{ name: 'migration', definition: MACHINE }],
    tables: [
      {
        TableName: 'runs',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    ],
    buckets: ['artifacts'],
    topics: ['people'],
  });
  await cloud.rds.createInstance({
    identifier: 'orders',
    masterUsername: 'owner',
    masterPassword: 'some-password',
    settings: { MultiAZ: true, VpcSecurityGroupIds: ['sg-app'] },
  });
});
afterAll(async () => {
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a state machine runs a real handler, which reaches the local services through its environment', async () => {
  const client = localClient(SFNClient, cloud.endpoint);
  const { executionArn = '' } = await client.send(
    new StartExecutionCommand({
      stateMachineArn: cloud.stateMachineArns.migration,
      input: JSON.stringify({ topic: cloud.topicArns.people, text: 'hello' }),
    }),
  );
  client.destroy();
  const ended = await cloud.states.waitForExecution(executionArn);
  expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { kind: 'done' } });
  expect(cloud.sns.messages).toMatchObject([{ topicArn: cloud.topicArns.people, message: 'hello' }]);
  expect(cloud.events.events.map(({ source, detail }) => [source, detail.status])).toEqual([
    ['aws.states', 'RUNNING'],
    ['aws.states', 'SUCCEEDED'],
  ]);
});

describe('the gateway', () => {
  const post = (service: string | undefined, headers: Record<string, string>, body = '') =>
    fetch(cloud.endpoint, {
      method: 'POST',
      headers: {
        ...(service
          ? {
              authorization: `AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/${service}/aws4_request, Signature=0`,
            }
          : {}),
        ...headers,
      },
      body,
    });
  const target = (name: string) => ({ 'x-amz-target': name });

  test.each([
    ['no credential scope', undefined, {}, '', 403, 'credential scope'],
    ['an unknown service', 'ec2', {}, 'Action=DescribeInstances', 501, 'service ec2'],
    ['an unknown rds operation', 'rds', {}, 'Action=StopDBCluster', 501, 'rds:StopDBCluster'],
    ['an unknown sns operation', 'sns', {}, 'Action=DeleteTopic', 501, 'sns:DeleteTopic'],
    [
      'an unknown secretsmanager operation',
      'secretsmanager',
      target('secretsmanager.GetRandomPassword'),
      '{}',
      501,
      'secretsmanager:GetRandomPassword',
    ],
    [
      'an unknown events operation',
      'events',
      target('AWSEvents.CreateEventBus'),
      '{}',
      501,
      'events:CreateEventBus',
    ],
    [
      'an unknown monitoring operation',
      'monitoring',
      target('GraniteServiceVersion20100801.ListMetrics'),
      '{}',
      501,
      'monitoring:ListMetrics',
    ],
    ['a name from the prototype', 'events', target('AWSEvents.constructor'), '{}', 501, 'events:constructor'],
    ['an unknown lambda operation', 'lambda', {}, '', 501, 'lambda:POST /'],
    ['a broken JSON body', 'events', target('AWSEvents.PutEvents'), '{', 400, 'JSON'],
  ])('answers %s with a sentence', async (_, service, headers, body, status, sentence) => {
    const reply = await post(service, headers, body);
    expect(reply.status).toBe(status);
    expect(await reply.text()).toContain(sentence);
  });

  test('listens on the loopback interface alone', () => {
    expect(new URL(cloud.endpoint).hostname).toBe('127.0.0.1');
  });
});

const aws = await run('aws', ['--version']).then(
  () => true,
  () => false,
);
describe('the aws command', () => {
  beforeEach((context) => {
    if (!aws) context.skip('there is no aws command on the PATH');
  });
  const command = async (...args: string[]): Promise<unknown> => {
    // Version 1 ignores AWS_ENDPOINT_URL for rds in us-east-1; all else must work by the environment alone.
    const endpoint = args[0] === 'rds' ? ['--endpoint-url', cloud.endpoint] : [];
    const { stdout } = await run('aws', ['--output', 'json', ...endpoint, ...args], {
      env: { PATH: process.env.PATH, HOME: folder, ...cloud.environment() },
    });
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  };

  test('understands rds', async () => {
    expect(await command('rds', 'describe-db-instances')).toMatchObject({
      DBInstances: [
        {
          DBInstanceIdentifier: 'orders',
          DBInstanceStatus: 'available',
          MultiAZ: true,
          VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-app', Status: 'active' }],
          Endpoint: { Address: '127.0.0.1', Port: cloud.rds.instance('orders').port },
        },
      ],
    });
    const create = ['rds', 'create-db-snapshot', '--db-instance-identifier', 'orders'];
    await command(...create, '--db-snapshot-identifier', 'by-hand', '--tags', 'Key=run,Value=one');
    await cloud.rds.idle();
    await command('rds', 'wait', 'db-snapshot-available', '--db-snapshot-identifier', 'by-hand');
    expect(
      await command('rds', 'describe-db-snapshots', '--db-snapshot-identifier', 'by-hand'),
    ).toMatchObject({
      DBSnapshots: [{ PercentProgress: 100, TagList: [{ Key: 'run', Value: 'one' }] }],
    });
    await expect(
      command('rds', 'describe-db-instances', '--db-instance-identifier', 'none'),
    ).rejects.toMatchObject({
      stderr: expect.stringContaining('(DBInstanceNotFound)'),
    });
  });

  test('understands the other services', async () => {
    const file = join(folder, 'report.txt');
    await writeFile(file, 'all is well');
    expect(await command('sts', 'get-caller-identity')).toMatchObject({ Account: ACCOUNT });
    await command('secretsmanager', 'create-secret', '--name', 'cli', '--secret-string', 's3cret');
    expect(await command('secretsmanager', 'get-secret-value', '--secret-id', 'cli')).toMatchObject({
      SecretString: 's3cret',
    });
    await command('s3api', 'put-object', '--bucket', 'artifacts', '--key', 'a/report.txt', '--body', file);
    expect(await command('s3api', 'list-objects-v2', '--bucket', 'artifacts')).toMatchObject({
      Contents: [{ Key: 'a/report.txt', Size: 11 }],
    });
    expect(await command('dynamodb', 'scan', '--table-name', 'runs')).toMatchObject({ Count: 0 });
    expect(await command('sns', 'list-topics')).toEqual({ Topics: [{ TopicArn: cloud.topicArns.people }] });
    await command(
      'cloudwatch',
      'put-metric-alarm',
      '--alarm-name',
      'cli',
      '--comparison-operator',
      'GreaterThanThreshold',
      '--evaluation-periods',
      '1',
    );
    expect(await command('cloudwatch', 'describe-alarms')).toMatchObject({
      MetricAlarms: [{ AlarmName: 'cli' }],
    });
    await command('events', 'put-rule', '--name', 'cli', '--schedule-expression', 'rate(1 day)');
    expect(await command('events', 'list-rules')).toMatchObject({ Rules: [{ Name: 'cli' }] });
    expect(await command('stepfunctions', 'list-state-machines')).toMatchObject({
      stateMachines: [{ name: 'migration' }],
    });
    const output = join(folder, 'answer.json');
    expect(
      await command('lambda', 'invoke', '--function-name', 'none', output).catch((error) => error.stderr),
    ).toContain('ResourceNotFound');
  });
});

test('function processes end when the process that owns them is killed', async () => {
  const owner = join(folder, 'owner.mjs');
  const pidHandler = join(folder, 'pid.cjs');
  await writeFile(pidHandler, 'exports.handler = async () => process.pid;');
  await build({
    stdin: {
      resolveDir: import.meta.dirname,
      contents: `
        import { createLambdaHosts } from '../../src/local/lambda/hosts.ts';
        const hosts = createLambdaHosts({
          hostScript: ${JSON.stringify(hostScript)}, mode: 'warm',
          functions: { pid: { bundle: ${JSON.stringify(pidHandler)}, timeoutMs: 30_000 } },
        });
        const { payload } = await hosts.invoke('pid', {}, { timeoutMs: 30_000, signal: new AbortController().signal });
        console.log(payload);`,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: owner,
    logLevel: 'warning',
  });
  const child = spawn(process.execPath, [owner], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((resolve) =>
    child.stdout.once('data', (text) => resolve(Number(text))),
  );
  expect(process.kill(pid, 0)).toBe(true);
  child.kill('SIGKILL');
  await eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
});
