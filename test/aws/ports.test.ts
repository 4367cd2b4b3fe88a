import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Announcement } from '../../src/app/ports/cloud.ts';
import { type Effects, plainEffects } from '../../src/app/ports/effects.ts';
import { s3Artifacts } from '../../src/aws/artifacts.ts';
import { sfnExecutions } from '../../src/aws/executions.ts';
import { jsonLog } from '../../src/aws/log.ts';
import { awsNotifier } from '../../src/aws/notifier.ts';
import { secretsManagerSecrets } from '../../src/aws/secrets.ts';
import { runId } from '../../src/core/ids.ts';
import type { LocalCloud } from '../../src/local/cloud.ts';
import { type OpenClients, startCloud } from './clients.ts';

let cloud: LocalCloud;
let clients: OpenClients;
let stop: () => Promise<void>;

const waits = (seconds: number) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: seconds, End: true } },
});

beforeAll(async () => {
  const started = await startCloud({
    buckets: ['evidence'],
    topics: ['runs'],
    stateMachines: [
      { name: 'migration', definition: waits(3_000) },
      { name: 'rollback', definition: waits(3_000) },
    ],
  });
  ({ cloud, clients, stop } = started);
});
afterAll(() => stop?.());

function watching(): { effects: Effects; seen: string[] } {
  const seen: string[] = [];
  const effects: Effects = {
    around(name, act) {
      seen.push(name);
      return act();
    },
  };
  return { effects, seen };
}

test('a document comes back as it was put, and one that is not there is null', async () => {
  const { effects, seen } = watching();
  const artifacts = s3Artifacts({ client: clients.s3, bucket: 'evidence', effects });
  const text = `{"ü": "✓ ${'x'.repeat(100_000)}"}\n`;
  await artifacts.putText('plans/a b/ü.json', text);
  expect(await artifacts.getText('plans/a b/ü.json')).toBe(text);
  await artifacts.putText('empty', '');
  expect(await artifacts.getText('empty')).toBe('');
  expect(await artifacts.getText('plans/none.json')).toBeNull();
  expect(seen).toEqual(['s3:PutObject', 's3:PutObject']);
});

test('a document in a bucket that does not exist is a fatal error', async () => {
  const artifacts = s3Artifacts({ client: clients.s3, bucket: 'no-such-bucket', effects: plainEffects });
  await expect(artifacts.getText('x')).rejects.toMatchObject({ name: 'FatalError', code: 'not-found' });
});

const pw = 'hunter2-p"w';
test.each<{ name: string; value: object; login: object }>([
  {
    name: 'a whole RDS secret',
    value: { engine: 'postgres', host: 'db', username: 'u', password: pw, dbname: 'app', port: 5433 },
    login: { user: 'u', password: pw, host: 'db', port: 5433, database: 'app' },
  },
  {
    name: 'a port as text',
    value: { username: 'u', password: pw, port: '3306' },
    login: { user: 'u', password: pw, port: 3306 },
  },
  {
    name: 'a secret managed by RDS',
    value: { username: 'u', password: pw },
    login: { user: 'u', password: pw },
  },
  {
    name: 'empty optional fields',
    value: { username: 'u', password: pw, host: '', port: '', dbname: '' },
    login: { user: 'u', password: pw },
  },
  {
    name: 'the words of other tools',
    value: { user: 'u', password: pw, hostname: 'h', database: 'd' },
    login: { user: 'u', password: pw, host: 'h', database: 'd' },
  },
])('reads $name', async ({ name, value, login }) => {
  const id = name.replaceAll(' ', '-');
  cloud.secrets.create(id, value as never);
  const secrets = secretsManagerSecrets({ client: clients.secrets });
  const arn = expect.stringMatching(new RegExp(`^arn:aws:secretsmanager:.*:secret:${id}-`));
  expect(await secrets.current(id)).toEqual({ ...login, arn });
});

test.each([
  ['text that is no JSON', pw],
  ['JSON cut short', `{"username":"u","password":"${pw}`],
  ['a list', `["${pw}"]`],
  ['a bare text', JSON.stringify(pw)],
  ['no username', JSON.stringify({ password: pw })],
  ['no password', JSON.stringify({ username: pw })],
  ['a password that is a number', JSON.stringify({ username: pw, password: 5 })],
  ['a port out of range', JSON.stringify({ username: 'u', password: pw, port: 70_000 })],
  ['a port with the password in it', JSON.stringify({ username: 'u', password: pw, port: pw })],
])('a secret with %s is fatal and shows nothing of its value', async (name, value) => {
  const id = `bad/${name.replaceAll(' ', '-')}`;
  await clients.secrets.send(new CreateSecretCommand({ Name: id, SecretString: value }));
  const error: unknown = await secretsManagerSecrets({ client: clients.secrets })
    .current(id)
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'FatalError', code: 'secret-unreadable', remedy: expect.any(String) });
  expect(error).toHaveProperty('message', expect.stringContaining(id));
  expect(everythingOf(error)).not.toContain('hunter2');
});

/** Message, stack and causes, as the worst logger would print them. */
function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everythingOf(error.cause)].join('\n');
}

test('a secret says that it is being rotated, and that it is to be deleted, without its value', async () => {
  const SecretId = 'ports/rotating';
  const secrets = secretsManagerSecrets({ client: clients.secrets });
  await clients.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: '{}' }));
  expect(await secrets.state(SecretId)).toEqual({ rotating: false, deletedAt: null });
  await clients.secrets.send(
    new PutSecretValueCommand({ SecretId, SecretString: '{"next":1}', VersionStages: ['AWSPENDING'] }),
  );
  expect(await secrets.state(SecretId)).toEqual({ rotating: true, deletedAt: null });
  await clients.secrets.send(new DeleteSecretCommand({ SecretId }));
  expect((await secrets.state(SecretId)).deletedAt).toMatch(/^\d{4}-/);
});

test('a secret that does not exist is fatal', async () => {
  const secrets = secretsManagerSecrets({ client: clients.secrets });
  await expect(secrets.current('no/such')).rejects.toMatchObject({ name: 'FatalError', code: 'not-found' });
});

const announcement: Announcement = {
  runId: runId('r1'),
  target: 'shop',
  version: '042',
  description: 'x ✓',
  direction: 'up',
  number: 3,
  from: 'snapshotted',
  to: 'expanding',
  at: '2026-01-01T00:00:00.000Z',
  because: 'the first change',
};

test('people hear of it through the topic and programs through the bus', async () => {
  const { effects, seen } = watching();
  const topicArn = cloud.topicArns.runs ?? '';
  const notifier = awsNotifier({ sns: clients.sns, topicArn, events: clients.events, effects });
  const subject = `Run r1 – größer\n${'x'.repeat(120)}`;
  await notifier.notify({ subject, text: 'Zeile 1\nZeile 2 ✓' });
  const message = cloud.sns.messages.at(-1);
  expect(message).toMatchObject({ topicArn, message: 'Zeile 1\nZeile 2 ✓' });
  expect(message?.subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  await notifier.announce(announcement);
  expect(cloud.events.events.at(-1)).toMatchObject({
    source: 'lockkeeper',
    detailType: 'Lockkeeper Run Status Change',
    bus: 'default',
    detail: { ...announcement },
  });
  expect(seen).toEqual(['sns:Publish', 'events:PutEvents']);
});

test('a topic that is gone is an error for the caller', async () => {
  const topicArn = 'arn:aws:sns:us-east-1:000000000000:gone';
  const notifier = awsNotifier({ sns: clients.sns, topicArn, events: clients.events, effects: plainEffects });
  await expect(notifier.notify({ subject: 's', text: 't' })).rejects.toMatchObject({ name: 'FatalError' });
});

function executions(effects: Effects = plainEffects) {
  return sfnExecutions({
    client: clients.sfn,
    onceClient: clients.sfnOnce,
    migrationMachineArn: cloud.stateMachineArns.migration ?? '',
    rollbackMachineArn: cloud.stateMachineArns.rollback ?? '',
    effects,
  });
}

test('an execution is started, runs, and does not run any more once it is stopped', async () => {
  const { effects, seen } = watching();
  const arn = await executions(effects).start({ runId: 'r1' }, 'first');
  expect(arn).toMatch(/:execution:migration:first$/);
  expect(await executions().isRunning(arn)).toBe(true);
  cloud.states.stopExecution(arn);
  expect(await executions().isRunning(arn)).toBe(false);
  expect(await executions().isRunning(`${arn}-unknown`)).toBe(false);
  expect(seen).toEqual(['states:StartExecution']);
});

test('starting the same again is the same start, running or ended; another input is refused', async () => {
  const arn = await executions().startRollback({ runId: 'r1', n: [1, 2] }, 'again');
  expect(arn).toMatch(/:execution:rollback:again$/);
  expect(await executions().startRollback({ n: [1, 2], runId: 'r1' }, 'again')).toBe(arn);
  cloud.states.stopExecution(arn);
  expect(await executions().startRollback({ n: [1, 2], runId: 'r1' }, 'again')).toBe(arn);
  await expect(executions().startRollback({ runId: 'r2' }, 'again')).rejects.toMatchObject({
    name: 'FatalError',
    code: 'execution-exists',
  });
});

test('a token nobody waits for is answered with false', async () => {
  expect(await executions().succeed('no-such-token', { runId: 'r' })).toBe(false);
  expect(await executions().fail('no-such-token', 'Rejected', 'by ann')).toBe(false);
});

test('the log is one JSON object a line, and no field replaces its head', () => {
  const lines: string[] = [];
  const log = jsonLog({
    clock: { now: () => Date.UTC(2026, 10, 23) },
    fields: { function: 'expand' },
    write: (line) => lines.push(line),
  });
  log.info('step-done', { step: 'expand-1', rows: 3, text: 'two\nlines', none: undefined });
  log.error('failed', { event: 'other', level: 'info' });
  log.warn('bare');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe(
    '{"time":"2026-11-23T00:00:00.000Z","level":"info","event":"step-done","function":"expand","step":"expand-1","rows":3,"text":"two\\nlines"}\n',
  );
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ level: 'error', event: 'failed' });
});
