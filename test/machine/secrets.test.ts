import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerGate } from '../../src/app/gates.ts';
import { readRun } from '../../src/app/history.ts';
import { runId } from '../../src/core/ids.ts';
import { renderMarkdown, runReport } from '../../src/report/run-report.ts';
import { type OpenClients, openAll } from '../aws/clients.ts';
import { startWorld, type World } from '../support/platform.ts';
import { dieAfterFirstBatch } from './boundaries.ts';
import { schema, verifiedEmail } from './scenarios.ts';

let world: World;
let aws: OpenClients;
beforeAll(async () => {
  world = await startWorld({ schema });
  const { endpoint } = world.platform.cloud;
  aws = await openAll({
    at: { endpoint, region: 'us-east-1', accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  aws?.close();
  await world?.stop();
});

const password = () => String(world.platform.cloud.secrets.current(world.target.secret).password);

test('a password that is rotated in the middle of a backfill stops nothing and is written nowhere', async () => {
  await world.fresh();
  const passwords = [password()];
  const rotate = async () => {
    await aws.secrets.send(new RotateSecretCommand({ SecretId: world.target.secret }));
    passwords.push(password());
  };
  let slices = 0;
  let rotated = false;
  world.interfere({
    // Each worker dies after its first batch, so that it logs in again.
    faults: ({ functionName }) =>
      functionName === 'lockkeeper-slice' && ++slices <= 2 ? dieAfterFirstBatch : undefined,
    onDelivered: async ({ functionName, payload }) => {
      const { gate, runId: id } = payload as { gate?: string; runId: string };
      if (functionName === 'lockkeeper-slice' && !rotated) {
        rotated = true;
        await rotate();
      }
      if (gate === 'contract') {
        await world.clock.busy(() =>
          answerGate(world.platform.app, runId(id), gate, { answer: 'approved', by: 'a person' }),
        );
      }
    },
  });
  const bundle = await world.upload(verifiedEmail);
  const { run } = await world.finish(world.start({ migration: '042', bundle }));
  expect(run.verdict).toBe('SUCCEEDED');
  expect(slices).toBeGreaterThan(2);
  expect(new Set(passwords).size).toBe(2);

  const written = await everythingWritten(run.runId);
  expect(Object.values(written).map((text) => text.length > 100)).toEqual(
    Object.keys(written).map(() => true),
  );
  const leaks = Object.entries(written).flatMap(([place, text]) =>
    passwords
      .filter((each) => text.includes(each))
      .map((each) => `${place}: password ${passwords.indexOf(each)}`),
  );
  expect(leaks).toEqual([]);
});

async function everythingWritten(id: string): Promise<Record<string, string>> {
  const { states, sns } = world.platform.cloud;
  const details = await readRun(world.platform.app, runId(id));
  const report = runReport(details);
  const executions = states.listExecutions();
  return {
    logs: world.logs.join('\n'),
    'state machines': JSON.stringify(executions.map(({ executionArn }) => states.history(executionArn))),
    'executions and their ends': JSON.stringify(executions),
    'run store': await everyItem(),
    evidence: await everyObject(),
    notifications: JSON.stringify(sns.messages),
    'report for people': renderMarkdown(report),
    'report for programs': JSON.stringify(report),
    ledger: await everyLedgerRow(),
  };
}

async function everyItem(): Promise<string> {
  const { Items = [], LastEvaluatedKey } = await aws.dynamodb.send(
    new ScanCommand({ TableName: 'lockkeeper-runs' }),
  );
  expect(LastEvaluatedKey).toBeUndefined();
  return JSON.stringify(Items);
}

async function everyObject(): Promise<string> {
  const Bucket = 'lockkeeper-evidence';
  const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket }));
  const texts = await Promise.all(
    Contents.map(async ({ Key }) =>
      (await aws.s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString(),
    ),
  );
  return texts.join('\n');
}

async function everyLedgerRow(): Promise<string> {
  const tables = ['run', 'step', 'partition', 'history'];
  const rows = tables.map((table) => world.query(`SELECT to_jsonb(t) FROM lockkeeper.${table} t`));
  return JSON.stringify(await Promise.all(rows));
}
