import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { functions } from '../../lambdas/catalog.ts';
import type { JsonObject } from '../../src/local/gateway/json.ts';
import type { LocalFunction } from '../../src/local/lambda/hosts.ts';
import { runCommand } from '../../src/local/rds/host/command.ts';
import { localClient } from '../support/local-client.ts';
import { askUnsigned } from './ask-unsigned.ts';

export const place = { region: 'us-east-1', account: '123456789012' };
export const machineArn = (name: string): string =>
  `arn:aws:states:${place.region}:${place.account}:stateMachine:${name}`;
/** Where the CDK puts what a stack is made from. */
export const assets = `cdk-hnb659fds-assets-${place.account}-${place.region}`;

/** What CloudFormation has made of the stack. */
export interface Deployment {
  /** By their names. */
  readonly functions: Readonly<Record<string, LocalFunction>>;
  /** With what was to be filled in; the one that others start first. */
  readonly machines: readonly { readonly name: string; readonly definition: string }[];
  readonly rules: readonly { readonly rule: JsonObject; readonly targets: readonly JsonObject[] }[];
}

/** Asks moto. @param folder for the code of the functions, which is unpacked there */
export async function readDeployment(endpoint: string, python: string, folder: string): Promise<Deployment> {
  const clients = {
    s3: localClient(S3Client, endpoint),
    sfn: localClient(SFNClient, endpoint),
    events: localClient(EventBridgeClient, endpoint),
  };
  try {
    return {
      functions: await readFunctions(endpoint, clients.s3, python, folder),
      machines: await readMachines(clients.sfn),
      rules: await readRules(clients.events),
    };
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

const functionSchema = z.object({
  Code: z.object({ Location: z.url() }),
  Configuration: z.object({
    Handler: z.string(),
    Timeout: z.number(),
    MemorySize: z.number(),
    Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
  }),
});

async function readFunctions(endpoint: string, s3: S3Client, python: string, folder: string) {
  const found: Record<string, LocalFunction> = {};
  for (const { name } of functions) {
    const functionName = `lockkeeper-${name}`;
    const { Code, Configuration } = functionSchema.parse(await getFunction(endpoint, functionName));
    // moto tells a place at Amazon; what lies there is the asset.
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: assets, Key: new URL(Code.Location).pathname.slice(1) }),
    );
    if (Body === undefined) throw new Error(`${functionName} has no code`);
    const own = join(folder, name);
    await mkdir(own, { recursive: true });
    await writeFile(`${own}.zip`, await Body.transformToByteArray());
    await runCommand(python, ['-m', 'zipfile', '-e', `${own}.zip`, own]);
    found[functionName] = {
      bundle: join(own, Configuration.Handler.replace(/\.handler$/, '.mjs')),
      timeoutMs: Configuration.Timeout * 1000,
      memoryMb: Configuration.MemorySize,
      environment: Configuration.Environment.Variables,
    };
  }
  return found;
}

async function getFunction(endpoint: string, name: string): Promise<unknown> {
  return askUnsigned(endpoint, 'lambda', { path: `/2015-03-31/functions/${name}` });
}

async function readMachines(sfn: SFNClient) {
  const read = async (name: string) => {
    const asked = new DescribeStateMachineCommand({ stateMachineArn: machineArn(name) });
    const { definition } = await sfn.send(asked);
    if (definition === undefined) throw new Error(`${name} has no definition`);
    return { name, definition };
  };
  return [await read('lockkeeper-rollback'), await read('lockkeeper-migration')];
}

async function readRules(events: EventBridgeClient) {
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  return Promise.all(
    Rules.map(async ({ Name }) => {
      const { $metadata: _, ...rule } = await events.send(new DescribeRuleCommand({ Name }));
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
      return { rule: { ...rule }, targets: Targets.map((target) => ({ ...target })) };
    }),
  );
}
