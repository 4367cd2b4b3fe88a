import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { StatusChange, Transition } from '../../../src/local/states/service.ts';
import { invoke, machine, START, single, startCloud } from './support.ts';

const error = (code: string) => expect.objectContaining({ code });

test('a name starts one execution: again while it runs with the same input, and never afterwards', async () => {
  const { states } = startCloud();
  const stateMachineArn = states.createStateMachine({
    name: 'm',
    definition: single({ Type: 'Wait', Seconds: 5 }),
  });
  const begin = (input: string) => states.startExecution({ stateMachineArn, name: 'n', input });
  const first = begin('a');
  expect(begin('a').executionArn).toBe(first.executionArn);
  expect(() => begin('b')).toThrow(error('ExecutionAlreadyExists'));
  await states.waitForExecution(first.executionArn);
  expect(() => begin('a')).toThrow(error('ExecutionAlreadyExists'));
});

test('an execution without a name gets a UUID', () => {
  const { states } = startCloud();
  const stateMachineArn = states.createStateMachine({ name: 'm', definition: single({ Type: 'Pass' }) });
  expect(states.startExecution({ stateMachineArn }).name).toMatch(
    /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/,
  );
});

test.each(['', 'a b', 'a:b', 'a/b', 'a*', 'a\u0007', 'x'.repeat(81)])('%j is no name', (name) => {
  const { states } = startCloud();
  const stateMachineArn = states.createStateMachine({ name: 'm', definition: single({ Type: 'Pass' }) });
  expect(() => states.startExecution({ stateMachineArn, name })).toThrow(error('InvalidName'));
});

test('an input beyond 256 KiB is refused', () => {
  const { states } = startCloud();
  const stateMachineArn = states.createStateMachine({ name: 'm', definition: single({ Type: 'Pass' }) });
  const begin = (size: number) => states.startExecution({ stateMachineArn, input: 'x'.repeat(size) });
  expect(() => begin(256 * 1024 - 1)).toThrow(error('InvalidExecutionInput'));
  expect(begin(256 * 1024 - 2).status).toBeDefined();
});

test('a machine is created once under its name, and an update leaves running executions alone', async () => {
  const { states } = startCloud();
  const version = (n: number) =>
    machine('Wait', {
      Wait: { Type: 'Wait', Seconds: 5, Next: 'Tell' },
      Tell: { Type: 'Pass', Output: { n }, End: true },
    });
  const stateMachineArn = states.createStateMachine({ name: 'm', definition: version(1) });
  expect(states.createStateMachine({ name: 'm', definition: version(1) })).toBe(stateMachineArn);
  expect(() => states.createStateMachine({ name: 'm', definition: version(2) })).toThrow(
    error('StateMachineAlreadyExists'),
  );
  const before = states.startExecution({ stateMachineArn });
  states.updateStateMachine({ stateMachineArn, definition: version(2) });
  const after = states.startExecution({ stateMachineArn });
  expect((await states.waitForExecution(before.executionArn)).output).toEqual({ n: 1 });
  expect((await states.waitForExecution(after.executionArn)).output).toEqual({ n: 2 });
});

test('stopping aborts at once: no Catch runs, the function runs on', async () => {
  let finish: () => void = () => undefined;
  const finished: string[] = [];
  const cloud = startCloud({
    async slow() {
      await new Promise<void>((resolve) => (finish = resolve));
      finished.push('slow');
      return null;
    },
  });
  const definition = machine('Call', {
    Call: invoke('slow', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Never' }], Next: 'Never' }),
    Never: { Type: 'Succeed' },
  });
  const stateMachineArn = cloud.states.createStateMachine({ name: 'm', definition });
  const { executionArn } = cloud.states.startExecution({ stateMachineArn });
  await expect.poll(() => cloud.invocations.length).toBe(1);
  cloud.states.stopExecution(executionArn, 'Operator', 'pressed Stop');
  const execution = await cloud.states.waitForExecution(executionArn);
  expect(execution).toMatchObject({
    status: 'ABORTED',
    error: 'Operator',
    cause: 'pressed Stop',
    stopDate: START,
  });
  const types = ['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'ExecutionAborted'];
  expect(cloud.types(executionArn)).toEqual(types);
  finish();
  await expect.poll(() => finished).toEqual(['slow']);
  expect(cloud.types(executionArn)).toEqual(types);
});

test('stopping a parent stops the children of its distributed Map', async () => {
  const cloud = startCloud();
  const definition = single({
    Type: 'Map',
    Items: [1, 2],
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Part',
      States: { Part: { Type: 'Wait', Seconds: 1000, End: true } },
    },
  });
  const stateMachineArn = cloud.states.createStateMachine({ name: 'm', definition });
  const { executionArn } = cloud.states.startExecution({ stateMachineArn });
  await cloud.clock.sleep(10_000);
  cloud.states.stopExecution(executionArn);
  expect(cloud.states.listExecutions().map(({ status }) => status)).toEqual([
    'ABORTED',
    'ABORTED',
    'ABORTED',
  ]);
  expect(cloud.types(executionArn).at(-1)).toBe('ExecutionAborted');
});

test('a stopped execution keeps its end: the abort is the last event, and stopping again changes nothing', async () => {
  const cloud = startCloud();
  const Iterate = { StartAt: 'Each', States: { Each: { Type: 'Wait', Seconds: 1000, End: true } } };
  const definition = single({ Type: 'Map', Items: [1, 2], ItemProcessor: Iterate });
  const stateMachineArn = cloud.states.createStateMachine({ name: 'm', definition });
  const { executionArn } = cloud.states.startExecution({ stateMachineArn });
  await cloud.clock.sleep(10_000);
  cloud.states.stopExecution(executionArn, 'First');
  const stopped = cloud.states.describeExecution(executionArn);
  cloud.states.stopExecution(executionArn, 'Second');
  for (let i = 0; i < 5; i++) await turn();
  expect(cloud.states.describeExecution(executionArn)).toEqual(stopped);
  expect(cloud.types(executionArn).at(-1)).toBe('ExecutionAborted');
});

test('an ended execution leaves no timer behind', async () => {
  const cloud = startCloud();
  const execution = await cloud.run(single({ Type: 'Wait', Seconds: 5 }, { TimeoutSeconds: 600 }));
  for (let i = 0; i < 20; i++) await turn();
  expect(cloud.clock.now()).toBe(execution.stopDate);
});

test('an execution that a function starts does not make the function count as waiting', async () => {
  const cloud = startCloud({
    async starts() {
      cloud.states.startExecution({ stateMachineArn: waiting, name: 'other' });
      for (let i = 0; i < 20; i++) await turn();
      return cloud.clock.now();
    },
  });
  const waiting = cloud.states.createStateMachine({
    name: 'w',
    definition: single({ Type: 'Wait', Seconds: 9 }),
  });
  const execution = await cloud.run(single(invoke('starts')));
  expect(execution.output).toMatchObject({ Payload: START });
});

test('closing stops everything and aborts the invocations', async () => {
  const cloud = startCloud({ forever: () => new Promise(() => undefined) });
  const stateMachineArn = cloud.states.createStateMachine({
    name: 'm',
    definition: single(invoke('forever')),
  });
  const { executionArn } = cloud.states.startExecution({ stateMachineArn });
  await cloud.states.close();
  expect(cloud.states.describeExecution(executionArn).status).toBe('ABORTED');
});

test('listeners see each change of status and each state', async () => {
  const cloud = startCloud();
  const changes: StatusChange[] = [];
  const transitions: Transition[] = [];
  cloud.states.onStatusChange((change) => changes.push(change));
  const unsubscribe = cloud.states.onTransition((transition) => transitions.push(transition));
  await cloud.run(
    machine('A', { A: { Type: 'Wait', Seconds: 1, Next: 'B' }, B: { Type: 'Fail', Error: 'E' } }),
    7,
  );
  const arns = { executionArn: 'arn:aws:states:eu-central-1:123456789012:execution:machine-1:run' };
  const machineArn = { stateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:machine-1' };
  const common = {
    ...arns,
    ...machineArn,
    name: 'run',
    startDate: START,
    input: '7',
    output: null,
    cause: null,
  };
  expect(changes).toEqual([
    { ...common, status: 'RUNNING', stopDate: null, error: null },
    { ...common, status: 'FAILED', stopDate: START + 1000, error: 'E' },
  ]);
  expect(transitions.map(({ kind, state, stateType, at }) => [kind, state, stateType, at - START])).toEqual([
    ['entered', 'A', 'Wait', 0],
    ['exited', 'A', 'Wait', 1000],
    ['entered', 'B', 'Fail', 1000],
  ]);
  unsubscribe();
  await cloud.run(single({ Type: 'Pass' }));
  expect(transitions).toHaveLength(3);
});

test('events name the event before them on their own branch, and aborted branches say so', async () => {
  const cloud = startCloud();
  const branch = (name: string, state: object): object => ({ StartAt: name, States: { [name]: state } });
  const definition = machine('Both', {
    Both: {
      Type: 'Parallel',
      Branches: [
        branch('Long', { Type: 'Wait', Seconds: 1000, End: true }),
        {
          StartAt: 'Short',
          States: { Short: { Type: 'Wait', Seconds: 1, Next: 'Bad' }, Bad: { Type: 'Fail', Error: 'E' } },
        },
      ],
      Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
      End: true,
    },
  });
  const execution = await cloud.run(definition);
  const events = cloud.states.history(execution.executionArn);
  const attempt = (from: number) => [
    ['ParallelStateStarted', from - 1],
    ['WaitStateEntered', from],
    ['WaitStateEntered', from],
    ['WaitStateExited', from + 2],
    ['FailStateEntered', from + 3],
    ['WaitStateAborted', from + 1],
  ];
  expect(events.map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0],
    ...attempt(3),
    ...attempt(9),
    ['ParallelStateFailed', 14],
    ['ExecutionFailed', 15],
  ]);
  expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => i + 1));
});

test('a task that is aborted beside a failing branch says so and is not handled', async () => {
  const cloud = startCloud({ slow: async (_, clock) => clock.sleep(1000_000).then(() => null) });
  const slow = invoke('slow', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Never' }], Next: 'Never' });
  const definition = single({
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Slow', States: { Slow: slow, Never: { Type: 'Succeed' } } },
      {
        StartAt: 'Short',
        States: { Short: { Type: 'Wait', Seconds: 1, Next: 'Bad' }, Bad: { Type: 'Fail', Error: 'E' } },
      },
    ],
  });
  const execution = await cloud.run(definition);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'E', stopDate: START + 1000 });
  const types = cloud.types(execution.executionArn);
  expect(types).toContain('TaskStateAborted');
  expect(types).not.toContain('TaskStateExited');
});
