import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListActivitiesCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  ListStateMachinesCommand,
  PublishStateMachineVersionCommand,
  paginateGetExecutionHistory,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '../../../src/local/asl/json.ts';
import { type Cloud, invoke, machine, START, single, startCloud } from './support.ts';

const roleArn = 'arn:aws:iam::123456789012:role/any';
const tokens: string[] = [];
let cloud: Cloud;
let server: Server;
let sfn: SFNClient;

beforeAll(async () => {
  cloud = startCloud({
    f: (n: Json) => Number(n) + 1,
    ask(token: Json) {
      tokens.push(String(token));
      return null;
    },
  });
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
    );
    const { method = 'POST', url = '/' } = request;
    const body = Buffer.concat(chunks);
    const query = new URLSearchParams();
    const answer = await cloud.states.handle({ service: 'states', method, path: url, query, headers, body });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  sfn = new SFNClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    disableHostPrefix: true,
    maxAttempts: 1,
  });
});

afterAll(async () => {
  sfn.destroy();
  await cloud.states.close();
  server.closeAllConnections();
  server.close();
});

async function create(name: string, definition: object): Promise<string> {
  const command = new CreateStateMachineCommand({ name, roleArn, definition: JSON.stringify(definition) });
  return (await sfn.send(command)).stateMachineArn ?? '';
}

async function start(stateMachineArn: string, input: Json, name?: string): Promise<string> {
  const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), name });
  return (await sfn.send(command)).executionArn ?? '';
}

test('machines: create, describe, list, update', async () => {
  const definition = single({ Type: 'Pass' });
  const stateMachineArn = await create('machines', definition);
  expect(stateMachineArn).toBe('arn:aws:states:eu-central-1:123456789012:stateMachine:machines');
  const described = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(described).toMatchObject({ name: 'machines', type: 'STANDARD', status: 'ACTIVE', roleArn });
  expect(described.creationDate).toEqual(new Date(START));
  expect(JSON.parse(described.definition ?? '')).toEqual(definition);
  const listed = await sfn.send(new ListStateMachinesCommand({}));
  expect(listed.stateMachines?.map(({ name }) => name)).toContain('machines');
  const text = JSON.stringify(single({ Type: 'Pass', Output: 'new' }));
  const updated = await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: text }));
  expect(updated.updateDate).toBeInstanceOf(Date);
  expect((await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).definition).toBe(text);
});

test('a version keeps the definition that an alias starts, whatever the machine becomes', async () => {
  const stateMachineArn = await create('versioned', single({ Type: 'Pass', Output: 'first' }));
  const published = await sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn }));
  expect(published.stateMachineVersionArn).toBe(`${stateMachineArn}:1`);
  const { stateMachineVersionArn } = await sfn.send(
    new PublishStateMachineVersionCommand({ stateMachineArn }),
  );
  expect(stateMachineVersionArn).toBe(`${stateMachineArn}:1`);
  const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
  const alias = await sfn.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }));
  const definition = JSON.stringify(single({ Type: 'Pass', Output: 'second' }));
  await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
  const outputs: unknown[] = [];
  for (const arn of [alias.stateMachineAliasArn ?? '', stateMachineArn]) {
    const described = await cloud.states.waitForExecution(await start(arn, {}));
    expect(described.stateMachineArn).toBe(stateMachineArn);
    outputs.push(described.output);
  }
  expect(outputs).toEqual(['first', 'second']);
  const later = await sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn }));
  expect(later.stateMachineVersionArn).toBe(`${stateMachineArn}:2`);
});

test('an execution with its history, page by page', async () => {
  const executionArn = await start(await create('run', single(invoke('f'))), 1, 'first');
  await cloud.states.waitForExecution(executionArn);
  const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect(described).toMatchObject({
    name: 'first',
    status: 'SUCCEEDED',
    input: '1',
    startDate: new Date(START),
  });
  expect(JSON.parse(described.output ?? '')).toMatchObject({ Payload: 2 });
  const types: string[] = [];
  for await (const page of paginateGetExecutionHistory({ client: sfn, pageSize: 3 }, { executionArn })) {
    expect(page.events?.length).toBeLessThanOrEqual(3);
    types.push(...(page.events ?? []).map(({ type }) => type ?? ''));
  }
  expect(types).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  const latest = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 });
  const [last] = (await sfn.send(latest)).events ?? [];
  expect(last).toMatchObject({ id: 7, previousEventId: 6, timestamp: new Date(START) });
  expect(last?.executionSucceededEventDetails?.output).toBe(described.output);
});

test('a task token is answered, extended and refused over the wire', async () => {
  const Arguments = { FunctionName: 'ask', Payload: '{% $states.context.Task.Token %}' };
  const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
  const stateMachineArn = await create('gate', single({ Type: 'Task', Resource, Arguments }));
  // HTTP is real work that the virtual clock must wait for.
  await cloud.clock.busy(async () => {
    const yes = await start(stateMachineArn, {});
    await expect.poll(() => tokens.length).toBe(1);
    await sfn.send(new SendTaskHeartbeatCommand({ taskToken: tokens[0] }));
    await sfn.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{"ok":true}' }));
    expect(await cloud.states.waitForExecution(yes)).toMatchObject({
      status: 'SUCCEEDED',
      output: { ok: true },
    });
    const no = await start(stateMachineArn, {});
    await expect.poll(() => tokens.length).toBe(2);
    await sfn.send(new SendTaskFailureCommand({ taskToken: tokens[1], error: 'Rejected', cause: 'no' }));
    expect(await cloud.states.waitForExecution(no)).toMatchObject({ status: 'FAILED', error: 'Rejected' });
    const late = new SendTaskSuccessCommand({ taskToken: tokens[1], output: '1' });
    await expect(sfn.send(late)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    const broken = new SendTaskSuccessCommand({ taskToken: tokens[1], output: 'not JSON' });
    await expect(sfn.send(broken)).rejects.toMatchObject({ name: 'InvalidOutput' });
  });
});

test('executions are listed by status and stopped', async () => {
  const stateMachineArn = await create('stop', single({ Type: 'Wait', Seconds: 100 }));
  await cloud.clock.busy(async () => {
    const executionArn = await start(stateMachineArn, {}, 'running');
    const running = new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' });
    expect((await sfn.send(running)).executions?.map(({ name }) => name)).toEqual(['running']);
    const stopped = await sfn.send(new StopExecutionCommand({ executionArn, error: 'E', cause: 'C' }));
    expect(stopped.stopDate).toBeInstanceOf(Date);
    expect((await sfn.send(running)).executions).toEqual([]);
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'C' });
  });
});

test('map runs are counted and their children listed', async () => {
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Part',
    States: { Part: { Type: 'Pass', Output: '{% 1 / $states.input %}', End: true } },
  };
  const spread = { Type: 'Map', ToleratedFailureCount: 1, MaxConcurrency: 2, ItemProcessor };
  const executionArn = await start(await create('spread', single(spread)), [1, 'x', 4]);
  expect((await cloud.states.waitForExecution(executionArn)).output).toEqual([1, 0.25]);
  const [mapRun] = (await sfn.send(new ListMapRunsCommand({ executionArn }))).mapRuns ?? [];
  const described = await sfn.send(new DescribeMapRunCommand({ mapRunArn: mapRun?.mapRunArn }));
  expect(described).toMatchObject({
    status: 'SUCCEEDED',
    executionArn,
    maxConcurrency: 2,
    toleratedFailureCount: 1,
    itemCounts: { total: 3, succeeded: 2, failed: 1, pending: 0, running: 0, timedOut: 0, aborted: 0 },
  });
  const failed = new ListExecutionsCommand({ mapRunArn: mapRun?.mapRunArn, statusFilter: 'FAILED' });
  expect((await sfn.send(failed)).executions).toHaveLength(1);
});

const arn = 'arn:aws:states:eu-central-1:123456789012';
test.each([
  [
    'StateMachineDoesNotExist',
    new DescribeStateMachineCommand({ stateMachineArn: `${arn}:stateMachine:none` }),
  ],
  ['ExecutionDoesNotExist', new DescribeExecutionCommand({ executionArn: `${arn}:execution:none:none` })],
  ['ResourceNotFound', new DescribeMapRunCommand({ mapRunArn: `${arn}:mapRun:none/none:none` })],
  [
    'InvalidDefinition',
    new CreateStateMachineCommand({ name: 'bad', roleArn, definition: '{"StartAt":"A"}' }),
  ],
  [
    'StateMachineTypeNotSupported',
    new CreateStateMachineCommand({ name: 'x', roleArn, definition: '{}', type: 'EXPRESS' }),
  ],
  ['NotImplemented', new ListActivitiesCommand({})],
] as const)('%s reaches the client', async (name, command) => {
  // The union of command types has no common overload of send.
  const send = sfn.send.bind(sfn) as (command: unknown) => Promise<unknown>;
  await expect(send(command)).rejects.toMatchObject({
    name,
    $metadata: { httpStatusCode: name === 'NotImplemented' ? 501 : 400 },
  });
});

test('a refused definition names everything that is wrong', async () => {
  const definition = machine('A', { A: { Type: 'Pass', InputPath: '$', End: true }, B: { Type: 'Nope' } });
  await expect(create('refused', definition)).rejects.toThrow(
    /SCHEMA_VALIDATION_FAILED: .* at \/States\/A\/InputPath, .* at \/States\/B\/Type/,
  );
});
