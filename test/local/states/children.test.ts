import { expect, test } from 'vitest';
import type { Json } from '../../../src/local/asl/json.ts';
import { invoke, LambdaError, machine, START, single, startCloud } from './support.ts';

const place = 'arn:aws:states:eu-central-1:123456789012';

const start = (mode: '' | '.sync:2', more: object = {}): object => ({
  Type: 'Task',
  Resource: `arn:aws:states:::states:startExecution${mode}`,
  Arguments: { StateMachineArn: `${place}:stateMachine:child`, Input: '{% $states.input %}', Name: 'kid' },
  ...more,
});

const childOf = (definition: object) => {
  const cloud = startCloud();
  cloud.states.createStateMachine({ name: 'child', definition });
  return cloud;
};

test('sync:2 waits for the child and returns its output as JSON', async () => {
  const cloud = childOf(
    single({ Type: 'Wait', Seconds: 60, Output: { doubled: '{% $states.input.n * 2 %}' } }),
  );
  const execution = await cloud.run(single(start('.sync:2')), { n: 4 });
  expect(execution).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      ExecutionArn: `${place}:execution:child:kid`,
      Input: { n: 4 },
      Name: 'kid',
      Output: { doubled: 8 },
      StartDate: START,
      StateMachineArn: `${place}:stateMachine:child`,
      Status: 'SUCCEEDED',
      StopDate: START + 60_000,
    },
  });
});

test('sync:2 fails as States.TaskFailed with the description of the child as Cause', async () => {
  const cloud = childOf(machine('F', { F: { Type: 'Fail', Error: 'NEEDS_ATTENTION', Cause: 'why' } }));
  const definition = machine('Call', {
    Call: start('.sync:2', { Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Show' }], End: true }),
    Show: {
      Type: 'Succeed',
      Output: '{% $merge([$states.input, {"Cause": $parse($states.input.Cause)}]) %}',
    },
  });
  expect((await cloud.run(definition)).output).toMatchObject({
    Error: 'States.TaskFailed',
    Cause: { Error: 'NEEDS_ATTENTION', Cause: 'why', Status: 'FAILED', Name: 'kid' },
  });
});

test('sync:2 stops the child when its own time is up', async () => {
  const cloud = childOf(single({ Type: 'Wait', Seconds: 1000 }));
  const execution = await cloud.run(single(start('.sync:2', { TimeoutSeconds: 5 })));
  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  const child = cloud.states.describeExecution(`${place}:execution:child:kid`);
  expect(child).toMatchObject({ status: 'ABORTED', stopDate: START + 5000 });
});

test('startExecution alone does not wait', async () => {
  const cloud = childOf(single({ Type: 'Wait', Seconds: 1000 }));
  const execution = await cloud.run(single(start('')));
  expect(execution).toMatchObject({
    output: { ExecutionArn: `${place}:execution:child:kid`, StartDate: START },
    stopDate: START,
  });
  expect(cloud.states.describeExecution(`${place}:execution:child:kid`).status).toBe('RUNNING');
});

test.each([
  ['a machine that does not exist', 'other', 'StepFunctions.StateMachineDoesNotExistException'],
  ['a name that is taken', 'child', 'StepFunctions.ExecutionAlreadyExistsException'],
])('starting %s fails the task', async (_, name, error) => {
  const cloud = childOf(single({ Type: 'Pass' }));
  cloud.states.startExecution({ stateMachineArn: `${place}:stateMachine:child`, name: 'kid', input: 'else' });
  const Arguments = { StateMachineArn: `${place}:stateMachine:${name}`, Name: 'kid' };
  expect(await cloud.run(single(start('.sync:2', { Arguments })))).toMatchObject({ status: 'FAILED', error });
});

const spread = (state: object, more: object = {}): object => ({
  Type: 'Map',
  Label: 'parts',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Part',
    States: { Part: { ...state, End: true } },
  },
  ...more,
});

const mapRunOf = (cloud: ReturnType<typeof startCloud>, arn: string): string => {
  const started = cloud.states.history(arn).find(({ type }) => type === 'MapRunStarted');
  const details = started?.details.mapRunStartedEventDetails as { mapRunArn: string } | undefined;
  return details?.mapRunArn ?? 'no map run';
};

test('the items of a distributed Map are executions of their own', async () => {
  const cloud = startCloud({ f: (n: Json) => Number(n) + 1 });
  const part = invoke('f', {
    Output: { n: '{% $states.result.Payload %}', machine: '{% $states.context.StateMachine.Name %}' },
  });
  const execution = await cloud.run(single(spread(part)), [1, 2]);
  expect(execution.output).toEqual([
    { n: 2, machine: 'machine-1/parts' },
    { n: 3, machine: 'machine-1/parts' },
  ]);
  const mapRunArn = mapRunOf(cloud, execution.executionArn);
  expect(mapRunArn).toMatch(
    /^arn:aws:states:eu-central-1:123456789012:mapRun:machine-1\/parts:[0-9a-f-]{36}$/,
  );
  expect(cloud.types(execution.executionArn)).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunSucceeded',
    'MapStateSucceeded',
    'MapStateExited',
    'ExecutionSucceeded',
  ]);
  const children = cloud.states.listExecutions({ mapRunArn });
  expect(children).toHaveLength(2);
  for (const child of children) {
    expect(child.executionArn).toContain(':execution:machine-1/parts:');
    expect(cloud.types(child.executionArn)).toContain('TaskSucceeded');
  }
});

test('the children of a distributed Map see no outer variable', async () => {
  const definition = machine('Set', {
    Set: { Type: 'Pass', Assign: { outer: 1 }, Output: [1], Next: 'Spread' },
    Spread: { ...spread({ Type: 'Pass', Output: '{% $outer %}' }), End: true },
  });
  const cloud = startCloud();
  const execution = await cloud.run(definition);
  expect(execution.error).toBe('States.ExceedToleratedFailureThreshold');
  const [child] = cloud.states.listExecutions({ mapRunArn: mapRunOf(cloud, execution.executionArn) });
  expect(child).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
});

test.each([
  ['two', 2, 3],
  ['an expression', '{% 1 + 2 %}', 2],
  ['no bound', 0, 1],
])('MaxConcurrency of %s bounds both kinds of Map', async (_, MaxConcurrency, rounds) => {
  const wait = { Type: 'Wait', Seconds: 10 };
  const items = { Items: [1, 2, 3, 4, 5], MaxConcurrency };
  const inline = { StartAt: 'Part', States: { Part: { ...wait, End: true } } };
  for (const definition of [
    single(spread(wait, items)),
    single({ Type: 'Map', ...items, ItemProcessor: inline }),
  ]) {
    const execution = await startCloud().run(definition);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', stopDate: START + rounds * 10_000 });
  }
});

const picky = {
  picky: (n: Json) => {
    if (Number(n) < 0) throw new LambdaError('Negative');
    return n;
  },
};
const part = invoke('picky', { Output: '{% $states.result.Payload %}' });

test.each([
  ['none tolerated, none failed', {}, [1, 2], [1, 2]],
  ['none tolerated, one failed', {}, [1, -2], undefined],
  ['one tolerated, one failed', { ToleratedFailureCount: 1 }, [1, -2, 3], [1, 3]],
  ['one tolerated, two failed', { ToleratedFailureCount: '{% 1 %}' }, [-1, -2, 3], undefined],
  ['half tolerated, half failed', { ToleratedFailurePercentage: 50 }, [1, -2], [1]],
  ['half tolerated, more failed', { ToleratedFailurePercentage: '{% 50 %}' }, [-1, -2, 3], undefined],
  [
    'both given, one exceeded',
    { ToleratedFailurePercentage: 100, ToleratedFailureCount: 0 },
    [-1, 2],
    undefined,
  ],
])('failures of items: %s', async (_, tolerance, items, output) => {
  const execution = await startCloud(picky).run(single(spread(part, tolerance)), items);
  if (output) expect(execution.output).toEqual(output);
  else expect(execution).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
});

test('exceeding the threshold aborts the children that run and starts no others', async () => {
  const cloud = startCloud();
  const waitOrFail = { Type: 'Wait', Seconds: "{% $states.input < 0 ? 'bad' : $states.input %}" };
  const definition = machine('Spread', {
    Spread: {
      ...spread(waitOrFail, { MaxConcurrency: 2 }),
      Catch: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], Next: 'Done' }],
      End: true,
    },
    Done: { Type: 'Succeed' },
  });
  const execution = await cloud.run(definition, [100, -1, 5]);
  expect(execution).toMatchObject({ status: 'SUCCEEDED', stopDate: START });
  const mapRunArn = mapRunOf(cloud, execution.executionArn);
  const statuses = cloud.states.listExecutions({ mapRunArn }).map(({ status }) => status);
  expect(statuses.sort()).toEqual(['ABORTED', 'FAILED']);
  expect(cloud.types(execution.executionArn)).toEqual(
    expect.arrayContaining(['MapRunFailed', 'MapStateFailed', 'MapStateExited']),
  );
});
