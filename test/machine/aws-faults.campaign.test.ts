import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runId } from '../../src/core/ids.ts';
import type { AwsRequest, AwsResponse } from '../../src/local/gateway/service.ts';
import { type OpenClients, openAll } from '../aws/clients.ts';
import { type Interference, startWorld, type World } from '../support/platform.ts';
import { expandAndContract, minutes, restored } from './campaigns.ts';
import { readDatabase, readEndState, snapshotsOf } from './end-state.ts';
import { openGate, type Scenario } from './run-scenario.ts';
import { schema } from './scenarios.ts';

let world: World;
let aws: OpenClients;
/** Milliseconds of virtual time. */
const delays = { snapshot: 60_000 };

beforeAll(async () => {
  world = await startWorld({ schema, delays });
  const { endpoint } = world.platform.cloud;
  aws = await openAll({
    at: { endpoint, region: 'us-east-1', accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  aws?.close();
  await world?.stop();
});

/** `rds:CreateDBSnapshot`, `dynamodb:PutItem`, `s3:GET`. */
function operationOf({ service, method, headers, body }: AwsRequest): string {
  const target = headers['x-amz-target']?.split('.').at(-1);
  const action = service === 'rds' || service === 'sns' ? fieldsOf(body).get('Action') : null;
  return `${service}:${target ?? action ?? method}`;
}

const fieldsOf = (body: Buffer): URLSearchParams => new URLSearchParams(body.toString());

/** An error as the service's own protocol tells it. */
function refusal({ service }: AwsRequest, code: string, status: number): AwsResponse {
  const error = `<Code>${code}</Code><Message>a test</Message>`;
  if (service === 's3') return { status, body: `<Error>${error}</Error>` };
  if (service === 'rds' || service === 'sns') {
    return { status, body: `<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>` };
  }
  return { status, body: JSON.stringify({ __type: code, message: 'a test' }) };
}

/** The words of the services for being throttled. */
const throttled = (request: AwsRequest): AwsResponse =>
  request.service === 's3'
    ? refusal(request, 'SlowDown', 503)
    : refusal(request, request.service === 'rds' ? 'Throttling' : 'ThrottlingException', 400);

async function run(scenario: Scenario, interference: Interference = {}) {
  await world.fresh();
  const before = await readDatabase(world.query);
  const told = world.platform.cloud.sns.messages.length;
  const bundle = await world.upload(scenario.files);
  world.interfere({
    ...interference,
    async onDelivered(delivery, result) {
      if (result.ok) openGate(world, delivery);
      await interference.onDelivered?.(delivery, result);
    },
  });
  const ended = await world.finish(world.start({ migration: scenario.migration, bundle }));
  world.interfere();
  await world.platform.cloud.rds.idle();
  const subjects = world.platform.cloud.sns.messages.slice(told).map(({ subject }) => subject);
  return { ...ended, before, end: await readEndState(world, ended.run), told: subjects };
}

const plainScenario: Scenario = { ...expandAndContract, meanwhile: {} };
const restoredScenario: Scenario = { ...restored, meanwhile: {} };

test('a run whose every call is throttled and then fails ends as one whose calls are not', {
  timeout: 3 * minutes,
}, async () => {
  const undisturbed = await run(restoredScenario);
  const asked = new Map<string, number>();
  const { end, told } = await run(restoredScenario, {
    async aws(request) {
      const operation = operationOf(request);
      const count = (asked.get(operation) ?? 0) + 1;
      asked.set(operation, count);
      // More often than the SDK tries again: the functions fail, and the machine has to.
      if (count > 4) return null;
      return count % 2 === 1 ? throttled(request) : refusal(request, 'InternalFailure', 500);
    },
  });
  const struck = [...asked.keys()];
  expect(struck).toEqual(
    expect.arrayContaining([
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'events:PutEvents',
      'rds:CreateDBSnapshot',
      'rds:ModifyDBInstance',
      'rds:RestoreDBInstanceFromDBSnapshot',
      's3:GET',
      'secretsmanager:GetSecretValue',
      'sns:Publish',
    ]),
  );
  expect(end).toEqual(undisturbed.end);
  expect(end.verdict).toBe('RESTORED');
  expect(told.at(-1)).toBe('Lockkeeper: shop RESTORED');
});

test.each<[string, (request: AwsRequest) => AwsResponse | null, RegExp]>([
  [
    'is denied',
    (request) =>
      operationOf(request) === 'rds:CreateDBSnapshot' ? refusal(request, 'AccessDenied', 403) : null,
    /AccessDenied/,
  ],
  [
    'finds no room',
    (request) =>
      operationOf(request) === 'rds:CreateDBSnapshot' ? refusal(request, 'SnapshotQuotaExceeded', 400) : null,
    /SnapshotQuotaExceeded/,
  ],
])('a snapshot that %s changes nothing, and somebody hears why', async (_what, aws, because) => {
  const {
    end,
    before,
    told,
    run: record,
  } = await run(plainScenario, { aws: async (request) => aws(request) });
  expect(end).toMatchObject({ verdict: 'REJECTED', because: expect.stringMatching(because), snapshots: [] });
  const { columns, indexes, rows, triggers } = before;
  expect(end).toMatchObject({ columns, indexes, rows, triggers, lease: null });
  expect(told.at(-1)).toBe('Lockkeeper: shop REJECTED');
  expect(record.fingerprintAfter).toBe(record.fingerprintBefore);
});

test('a snapshot that fails changes nothing, and somebody hears why', async () => {
  const { end, before, told } = await run(plainScenario, {
    async onDelivered({ functionName }) {
      if (functionName !== 'lockkeeper-snapshot') return;
      const [name = ''] = (await snapshotsOf(world.rds)).map((line) => line.split(' ')[0]);
      Object.assign(world.platform.cloud.rds.snapshot(name), { status: 'failed' });
    },
  });
  expect(end).toMatchObject({
    verdict: 'REJECTED',
    because: expect.stringMatching(/ended in status failed/),
  });
  expect(end.rows).toEqual(before.rows);
  expect(told.at(-1)).toBe('Lockkeeper: shop REJECTED');
});

const isRename = (request: AwsRequest): boolean =>
  operationOf(request) === 'rds:ModifyDBInstance' && fieldsOf(request.body).has('NewDBInstanceIdentifier');

test.each<[string, number, object]>([
  [
    'for a while is waited for',
    3,
    { verdict: 'RESTORED', instances: ['main available', 'main-failed-RUN available'] },
  ],
  [
    'for good leaves production its name, for a person to look',
    Number.POSITIVE_INFINITY,
    { verdict: 'NEEDS_ATTENTION', instances: ['main available', 'main-rb-RUN available'] },
  ],
])('a rename onto a name that is taken %s', async (_what, times, expected) => {
  let refused = 0;
  const { end, told } = await run(restoredScenario, {
    aws: async (request) =>
      isRename(request) && refused++ < times ? refusal(request, 'DBInstanceAlreadyExists', 400) : null,
  });
  expect(refused).toBeGreaterThan(1);
  expect(end).toMatchObject(expected);
  expect(end.rows[0]).toMatch(/^500 rows/);
  expect(told.at(-1)).toBe(`Lockkeeper: shop ${end.verdict}`);
});

test('a secret rotated between snapshot and restore is the password of what is restored', async () => {
  let rotated = false;
  const { end, query } = {
    ...(await run(restoredScenario, {
      async onDelivered({ functionName, payload }) {
        const isContract = (payload as { purpose?: string }).purpose === 'contract';
        if (functionName !== 'lockkeeper-step' || rotated || isContract) return;
        if ((payload as { phase?: string }).phase !== 'contract') return;
        rotated = true;
        await world.clock.busy(() =>
          aws.secrets.send(new RotateSecretCommand({ SecretId: world.target.secret })),
        );
      },
    })),
    query: world.query,
  };
  expect([rotated, end.verdict]).toEqual([true, 'RESTORED']);
  // Logs in with the current secret.
  expect(await query('SELECT count(*)::int AS rows FROM users')).toEqual([{ rows: 500 }]);
});

test('a lease that is lost in the middle of a slice costs no row, and is left to its new holder', async () => {
  const { store } = world.platform.app;
  const other = runId('another-run');
  let stolen = false;
  try {
    const { end, told } = await run(plainScenario, {
      async aws(request) {
        const isProgress = request.body.includes('"PARTITION#');
        if (stolen || operationOf(request) !== 'dynamodb:PutItem' || !isProgress) return null;
        stolen = true;
        const expiresAt = world.clock.now() + 24 * 60 * minutes;
        const theirs = { target: world.target.name, runId: other, executionArn: 'another', expiresAt };
        // The other worker may renew it between the look and the taking.
        while ((await store.takeLease(theirs, await store.readLease(world.target.name))) === null);
        return null;
      },
    });
    expect(stolen).toBe(true);
    expect(end).toMatchObject({ verdict: 'NEEDS_ATTENTION', lease: { runId: other } });
    expect(end.because).toMatch(/no longer holds the lease|being changed by run another-run/);
    expect(end.rows[0]).toMatch(/^500 rows/);
    expect(end.columns).toContain('email_confirmation_token text');
    expect(told.at(-1)).toBe('Lockkeeper: shop NEEDS_ATTENTION');
  } finally {
    await store.releaseLease(world.target.name, other);
  }
});
