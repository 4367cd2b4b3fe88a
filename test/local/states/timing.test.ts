import { expect, test } from 'vitest';
import { retryDelay } from '../../../src/local/asl/recovery.ts';
import { invoke, LambdaError, machine, START, single, startCloud } from './support.ts';

const failing = {
  f: () => {
    throw new LambdaError('Busy');
  },
  g: () => {
    throw new LambdaError('Other');
  },
};

const attempts = (cloud: ReturnType<typeof startCloud>): number[] => cloud.invocations.map(({ at }) => at);

test.each([
  ['the defaults', {}, [0, 1, 3, 7]],
  ['an interval and a rate', { IntervalSeconds: 2, BackoffRate: 1.5, MaxAttempts: 4 }, [0, 2, 5, 9.5, 16.25]],
  [
    'a longest delay',
    { IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 3, MaxDelaySeconds: 25 },
    [0, 10, 35, 60],
  ],
  ['full jitter at one half', { IntervalSeconds: 4, MaxAttempts: 2, JitterStrategy: 'FULL' }, [0, 2, 6]],
  ['no attempts', { MaxAttempts: 0 }, [0]],
])('retries by %s', async (_, retrier, expected) => {
  const cloud = startCloud(failing);
  const execution = await cloud.run(single(invoke('f', { Retry: [{ ErrorEquals: ['Busy'], ...retrier }] })));
  expect(attempts(cloud)).toEqual(expected);
  expect(execution).toMatchObject({
    status: 'FAILED',
    error: 'Busy',
    stopDate: START + (expected.at(-1) ?? 0) * 1000,
  });
});

test('each retrier counts its own attempts, and an error without a retrier is not retried', async () => {
  let calls = 0;
  const cloud = startCloud({
    f: () => {
      calls += 1;
      throw new LambdaError(calls % 2 === 1 ? 'Odd' : 'Even');
    },
  });
  const Retry = [
    { ErrorEquals: ['Odd'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 },
    { ErrorEquals: ['Even'], IntervalSeconds: 10, MaxAttempts: 1, BackoffRate: 1 },
  ];
  const execution = await cloud.run(single(invoke('f', { Retry })));
  expect(attempts(cloud)).toEqual([0, 1, 11, 12]);
  expect(execution.error).toBe('Even');
  const other = await startCloud(failing).run(single(invoke('g', { Retry })));
  expect(other.error).toBe('Other');
});

test('the context counts retries, and a new stay in the state starts from none', async () => {
  let calls = 0;
  const cloud = startCloud({
    f: () => {
      calls += 1;
      if (calls !== 3 && calls !== 5) throw new LambdaError('Busy');
      return null;
    },
  });
  const Payload = { retries: '{% $states.context.State.RetryCount %}' };
  const definition = machine('Call', {
    Call: invoke('f', {
      Arguments: { FunctionName: 'f', Payload },
      Retry: [{ ErrorEquals: ['Busy'] }],
      Next: 'Again',
    }),
    Again: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $exists($second) %}', Next: 'Done' }],
      Default: 'Call',
      Assign: { second: true },
    },
    Done: { Type: 'Succeed' },
  });
  expect(await cloud.run(definition)).toMatchObject({ status: 'SUCCEEDED' });
  expect(cloud.invocations.map(({ payload }) => (payload as { retries: number }).retries)).toEqual([
    0, 1, 2, 0, 1,
  ]);
});

test('delays with jitter lie between nothing and the full delay', () => {
  const retrier = { ErrorEquals: ['X'], IntervalSeconds: 8, JitterStrategy: 'FULL' } as const;
  expect([0, 0.25, 0.999_999].map((share) => retryDelay(retrier, 1, () => share))).toEqual([0, 4000, 16_000]);
});

test('a Wait of a week, and one until a time', async () => {
  const cloud = startCloud();
  const definition = machine('Week', {
    Week: { Type: 'Wait', Seconds: '{% 7 * 24 * 3600 %}', Next: 'Until' },
    Until: { Type: 'Wait', Timestamp: '2026-02-01T01:00:00+01:00', Next: 'Past' },
    Past: { Type: 'Wait', Timestamp: '2020-01-01T00:00:00Z', End: true },
  });
  const execution = await cloud.run(definition);
  expect(execution).toMatchObject({ status: 'SUCCEEDED', stopDate: Date.UTC(2026, 1, 1) });
  const week = cloud.states.history(execution.executionArn).find(({ type }) => type === 'WaitStateExited');
  expect(week?.timestamp).toBe(START + 7 * 86_400_000);
});

test('TimeoutSeconds ends a task as States.Timeout, which States.TaskFailed does not catch', async () => {
  const cloud = startCloud({ slow: async (_, clock) => clock.sleep(60_000).then(() => null) });
  const definition = machine('Try', {
    Try: invoke('slow', {
      TimeoutSeconds: '{% 5 * 2 %}',
      Catch: [
        { ErrorEquals: ['States.TaskFailed', 'States.HeartbeatTimeout'], Next: 'Wrong' },
        { ErrorEquals: ['States.Timeout'], Next: 'Done' },
      ],
      Next: 'Wrong',
    }),
    Wrong: { Type: 'Fail' },
    Done: { Type: 'Succeed' },
  });
  const execution = await cloud.run(definition);
  expect(execution).toMatchObject({
    status: 'SUCCEEDED',
    stopDate: START + 10_000,
    output: { Error: 'States.Timeout', Cause: '' },
  });
  expect(cloud.types(execution.executionArn)).toContain('TaskTimedOut');
});

test('a function that pauses on the clock takes that long', async () => {
  const cloud = startCloud({ pauses: async (_, clock) => clock.sleep(500_000).then(() => 'rested') });
  const execution = await cloud.run(single(invoke('pauses', { TimeoutSeconds: 900 })));
  expect(execution).toMatchObject({ status: 'SUCCEEDED', stopDate: START + 500_000 });
});

test('TimeoutSeconds of the machine ends the execution as TIMED_OUT, past every Catch', async () => {
  const cloud = startCloud();
  const inner = { StartAt: 'Long', States: { Long: { Type: 'Wait', Seconds: 1000, End: true } } };
  const states = {
    Both: {
      Type: 'Parallel',
      Branches: [inner],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
      Next: 'End',
    },
    End: { Type: 'Succeed' },
  };
  const execution = await cloud.run(machine('Both', states, { TimeoutSeconds: 30 }));
  expect(execution).toMatchObject({ status: 'TIMED_OUT', stopDate: START + 30_000 });
  expect(cloud.types(execution.executionArn).at(-1)).toBe('ExecutionTimedOut');
});

test('an execution ends after a year', async () => {
  const execution = await startCloud().run(single({ Type: 'Wait', Seconds: 99_999_999 }));
  expect(execution).toMatchObject({ status: 'TIMED_OUT', stopDate: START + 365 * 86_400_000 });
});

test('an endless loop ends at 25,000 events', async () => {
  const cloud = startCloud();
  const definition = machine('A', {
    A: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'End' }], Default: 'A' },
    End: { Type: 'Succeed' },
  });
  const execution = await cloud.run(definition);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  expect(cloud.states.history(execution.executionArn)).toHaveLength(25_000);
});
