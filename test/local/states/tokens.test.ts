import { expect, test } from 'vitest';
import type { Json } from '../../../src/local/asl/json.ts';
import { LambdaError, machine, START, startCloud } from './support.ts';

const ask = (more: object = {}): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'ask', Payload: '{% $states.context.Task.Token %}' },
  ...more,
});

const gate = (more: object = {}): object => {
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Refused' }];
  return machine('Ask', {
    Ask: ask({ Catch, Next: 'Done', ...more }),
    Done: { Type: 'Succeed' },
    Refused: { Type: 'Succeed', Output: { refused: '{% $states.input %}' } },
  });
};

/** A function that hands its token to `onToken` and returns. */
function cloudWith(onToken: (token: string, cloud: ReturnType<typeof startCloud>) => Promise<void> | void) {
  let token = '';
  const cloud = startCloud({
    ask(payload: Json) {
      token = payload as string;
      void onToken(token, cloud);
      return 'asked';
    },
  });
  return { cloud, token: () => token };
}

test('a task waits days for its token', async () => {
  const { cloud, token } = cloudWith(async (given, { clock, states }) => {
    await clock.sleep(3 * 86_400_000);
    states.sendTaskSuccess(given, { approved: true });
  });
  const execution = await cloud.run(gate());
  expect(execution).toMatchObject({
    status: 'SUCCEEDED',
    output: { approved: true },
    stopDate: START + 3 * 86_400_000,
  });
  expect(cloud.types(execution.executionArn)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'SucceedStateEntered',
    'SucceedStateExited',
    'ExecutionSucceeded',
  ]);
  expect(() => cloud.states.sendTaskSuccess(token(), {})).toThrow(
    expect.objectContaining({ code: 'TaskTimedOut' }),
  );
});

test('a token may be answered before the function has returned', async () => {
  const cloud = startCloud({
    ask(token: Json) {
      cloud.states.sendTaskSuccess(String(token), 'at once');
      return new Promise(() => undefined);
    },
  });
  expect(await cloud.run(gate())).toMatchObject({ status: 'SUCCEEDED', output: 'at once' });
});

test('a failure sent with the token is the failure of the task', async () => {
  const { cloud } = cloudWith((token, { states }) =>
    states.sendTaskFailure(token, 'Rejected', 'by the owner'),
  );
  const execution = await cloud.run(gate());
  expect(execution.output).toEqual({ refused: { Error: 'Rejected', Cause: 'by the owner' } });
});

test('a function that fails before anyone answers fails the task', async () => {
  const cloud = startCloud({
    ask() {
      throw new LambdaError('NoMail');
    },
  });
  expect((await cloud.run(gate())).output).toMatchObject({ refused: { Error: 'NoMail' } });
});

test('nobody answers: the task times out, and the token is closed', async () => {
  const { cloud, token } = cloudWith(() => undefined);
  const execution = await cloud.run(gate({ TimeoutSeconds: 3600 }));
  expect(execution).toMatchObject({
    output: { refused: { Error: 'States.Timeout', Cause: '' } },
    stopDate: START + 3_600_000,
  });
  expect(() => cloud.states.sendTaskFailure(token())).toThrow(
    expect.objectContaining({ code: 'TaskTimedOut' }),
  );
});

test.each(['States.HeartbeatTimeout', 'States.Timeout'])('%s catches a missed heartbeat', async (name) => {
  const { cloud } = cloudWith(async (token, { clock, states }) => {
    for (const seconds of [8, 9]) {
      await clock.sleep(seconds * 1000);
      await cloud.states.handle(request('SendTaskHeartbeat', { taskToken: token }));
    }
    await clock.sleep(11_000);
    expect(() => states.sendTaskSuccess(token, 'late')).toThrow(
      expect.objectContaining({ code: 'TaskTimedOut' }),
    );
  });
  const Catch = [{ ErrorEquals: [name], Next: 'Refused' }];
  const execution = await cloud.run(gate({ HeartbeatSeconds: 10, TimeoutSeconds: 600, Catch }));
  expect(execution).toMatchObject({
    output: { refused: { Error: 'States.Timeout', Cause: '' } },
    stopDate: START + 27_000,
  });
});

test.each([
  ['a token nobody gave out', 'task-00000000-0000-4000-8000-000000000000', 'TaskDoesNotExist'],
  ['something that is no token', 'hello', 'InvalidToken'],
])('%s is refused', async (_, taskToken, code) => {
  const response = await startCloud().states.handle(request('SendTaskHeartbeat', { taskToken }));
  expect(response.status).toBe(400);
  expect(JSON.parse(String(response.body))).toMatchObject({ __type: code });
});

function request(operation: string, body: object) {
  return {
    service: 'states',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `AWSStepFunctions.${operation}` },
    body: Buffer.from(JSON.stringify(body)),
  };
}
