import { expect, test } from 'vitest';
import type { Json } from '../../../src/local/asl/json.ts';
import { invoke, LambdaError, machine, single, startCloud } from '../states/support.ts';
import { asValidator } from './as-validator.ts';

interface Case {
  readonly name: string;
  readonly definition: object;
  readonly input?: Json;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string | RegExp;
}

const functions = {
  double: (n: Json) => Number(n) * 2,
  nothing: () => null,
  fails: () => {
    throw new LambdaError('BoomError');
  },
  timesOut: () => {
    throw new LambdaError('Sandbox.Timedout');
  },
  big: () => 'x'.repeat(256 * 1024),
};

const caught = { Caught: { Type: 'Succeed', Output: '{% $states.input.Error %}' } };
const catching = (...ErrorEquals: string[]): object => ({ Catch: [{ ErrorEquals, Next: 'Caught' }] });
const pass = (Output: Json): object => single({ Type: 'Pass', Output });

const cases: Case[] = [
  {
    name: 'a Pass without Output hands on its input',
    definition: single({ Type: 'Pass' }),
    input: [1],
    output: [1],
  },
  {
    name: 'templates keep literals and evaluate expressions at any depth',
    definition: pass({ a: [1, '{% $states.input.x + 1 %}', { b: '{% [1,2][0] %}' }], s: 'plain', n: null }),
    input: { x: 2 },
    output: { a: [1, 3, { b: 1 }], s: 'plain', n: null },
  },
  {
    name: 'Assign and Output see the variables as they were on entry',
    definition: machine('First', {
      First: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'Swap' },
      Swap: {
        Type: 'Pass',
        Assign: { x: '{% $y %}', y: '{% $x %}' },
        Output: { before: '{% $x %}' },
        Next: 'Last',
      },
      Last: {
        Type: 'Pass',
        Output: { x: '{% $x %}', y: '{% $y %}', before: '{% $states.input.before %}' },
        End: true,
      },
    }),
    output: { x: 2, y: 1, before: 1 },
  },
  {
    name: 'an unset variable is a query error',
    definition: pass({ result: '{% $doesNotExist %}' }),
    error: 'States.QueryEvaluationError',
    cause:
      "An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '$doesNotExist' specified for the field 'Output/result' returned nothing (undefined).",
  },
  {
    name: 'there is no input document to query by unqualified names',
    definition: pass('{% x %}'),
    input: { x: 1 },
    error: 'States.QueryEvaluationError',
  },
  {
    name: 'a throwing expression is a query error',
    definition: pass("{% 1 + 'a' %}"),
    error: 'States.QueryEvaluationError',
    cause: /threw an error during evaluation\. T2002/,
  },
  {
    name: 'a function is no result',
    definition: pass('{% $fn := function($x){$x} %}'),
    error: 'States.QueryEvaluationError',
    cause: /returned an unsupported result type/,
  },
  {
    name: 'the functions that Step Functions adds',
    definition: pass({
      partition: '{% $partition([1,2,3,4,5], 2) %}',
      range: '{% $range(1, 7, 3) %}',
      down: '{% $range(2, 0, -1) %}',
      hash: "{% $hash('abc', 'SHA-256') %}",
      parse: '{% $parse(\'{"a":[1]}\').a %}',
      uuid: "{% $match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) ? 'ok' : 'bad' %}",
      random: '{% $random() %}',
      seeded: '{% $random(7) = $random(7) and $random(7) < 1 %}',
      now: '{% $now() %}',
      picture: "{% $now('[Y0001]/[M01]') %}",
      millis: '{% $millis() %}',
    }),
    output: {
      partition: [[1, 2], [3, 4], [5]],
      range: [1, 4, 7],
      down: [2, 1, 0],
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      parse: [1],
      uuid: 'ok',
      random: 0.5,
      seeded: true,
      now: '2026-01-01T00:00:00.000Z',
      picture: '2026/01',
      millis: 1767225600000,
    },
  },
  {
    name: 'arrays of one element stay arrays',
    definition: pass({ direct: '{% $states.input.a %}', built: '{% [$states.input.a[0]] %}' }),
    input: { a: ['x'] },
    output: { direct: ['x'], built: ['x'] },
  },
  {
    name: 'the context object',
    definition: pass({
      execution: '{% $states.context.Execution.Name %}',
      id: '{% $states.context.Execution.Id %}',
      input: '{% $states.context.Execution.Input %}',
      start: '{% $states.context.Execution.StartTime %}',
      state: '{% $states.context.State %}',
      machine: '{% $states.context.StateMachine.Name %}',
    }),
    input: { k: 1 },
    output: {
      execution: 'run',
      id: 'arn:aws:states:eu-central-1:123456789012:execution:machine-1:run',
      input: { k: 1 },
      start: '2026-01-01T00:00:00.000Z',
      state: { Name: 'Only', EnteredTime: '2026-01-01T00:00:00.000Z', RetryCount: 0 },
      machine: 'machine-1',
    },
  },
  {
    name: 'a Choice takes the first rule that holds, with its Assign and Output',
    definition: machine('Which', {
      Which: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 9 %}', Next: 'Show', Assign: { size: 'big' } },
          {
            Condition: '{% $states.input.n > 4 %}',
            Next: 'Show',
            Assign: { size: 'middle' },
            Output: { m: true },
          },
        ],
        Default: 'Show',
        Assign: { size: 'small' },
      },
      Show: { Type: 'Succeed', Output: { size: '{% $size %}', input: '{% $states.input %}' } },
    }),
    input: { n: 5 },
    output: { size: 'middle', input: { m: true } },
  },
  {
    name: 'a Choice without a match takes its Default and the Assign of the state',
    definition: machine('Which', {
      Which: {
        Type: 'Choice',
        Choices: [{ Condition: '{% false %}', Next: 'Show', Assign: { size: 'big' } }],
        Default: 'Show',
        Assign: { size: 'small' },
      },
      Show: { Type: 'Succeed', Output: '{% $size %}' },
    }),
    output: 'small',
  },
  {
    name: 'a Choice without a match and without a Default fails',
    definition: machine('Which', {
      Which: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'End' }] },
      End: { Type: 'Succeed' },
    }),
    error: 'States.NoChoiceMatched',
  },
  {
    name: 'a Condition must be a boolean',
    definition: machine('Which', {
      Which: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'End' }] },
      End: { Type: 'Succeed' },
    }),
    error: 'States.QueryEvaluationError',
    cause: /Expected 'boolean', but was 'number' for value: 1/,
  },
  {
    name: 'a Fail state with expressions',
    definition: machine('Stop', {
      Stop: { Type: 'Fail', Error: "{% 'E' & $states.input.n %}", Cause: 'why' },
    }),
    input: { n: 1 },
    error: 'E1',
    cause: 'why',
  },
  {
    name: 'a Wait of a fraction of a second is refused',
    definition: single({ Type: 'Wait', Seconds: '{% 1.5 %}' }),
    error: 'States.QueryEvaluationError',
  },
  {
    name: 'a Wait until something that is no time is refused',
    definition: single({ Type: 'Wait', Timestamp: '{% $states.input.t %}' }),
    input: { t: '2016-12-05 21:29:29Z' },
    error: 'States.QueryEvaluationError',
    cause: /cannot be parsed as an ISO-8601 extended offset date-time format string: 2016-12-05 21:29:29Z/,
  },
  {
    name: 'a Lambda result carries payload, status and version',
    definition: single(invoke('double')),
    input: 21,
    output: { ExecutedVersion: '$LATEST', Payload: 42, StatusCode: 200 },
  },
  {
    name: 'a function is found by its ARN and version',
    definition: single(
      invoke('arn:aws:lambda:eu-central-1:1:function:double:$LATEST', {
        Output: '{% $states.result.Payload %}',
      }),
    ),
    input: 1,
    output: 2,
  },
  {
    name: 'a null result is a result',
    definition: single(invoke('nothing', { Output: '{% $states.result.Payload %}' })),
    output: null,
  },
  {
    name: 'an uncaught error of a function fails the execution under its own name',
    definition: single(invoke('fails')),
    error: 'BoomError',
    cause: '{"errorMessage":"boom","errorType":"BoomError"}',
  },
  ...['BoomError', 'States.TaskFailed', 'States.ALL'].map((name) => ({
    name: `${name} catches the error of a function`,
    definition: machine('Try', { Try: invoke('fails', { ...catching(name), End: true }), ...caught }),
    output: 'BoomError',
  })),
  {
    name: 'a timeout of the function itself is not States.Timeout but a failed task',
    definition: machine('Try', {
      Try: invoke('timesOut', {
        Catch: [
          { ErrorEquals: ['States.Timeout'], Next: 'Wrong' },
          { ErrorEquals: ['States.TaskFailed'], Next: 'Caught' },
        ],
        End: true,
      }),
      Wrong: { Type: 'Fail' },
      ...caught,
    }),
    output: 'Sandbox.Timedout',
  },
  {
    name: 'a failing Output is caught like a failing task',
    definition: machine('Try', {
      Try: invoke('double', { Output: '{% $nope %}', ...catching('States.QueryEvaluationError'), End: true }),
      ...caught,
    }),
    input: 1,
    output: 'States.QueryEvaluationError',
  },
  {
    name: 'a Catch assigns and shapes its output; the Assign of the state does not count',
    definition: machine('Try', {
      Try: invoke('fails', {
        Assign: { seen: 'state' },
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Next: 'Show',
            Assign: { seen: '{% $states.errorOutput.Error %}' },
            Output: { was: '{% $states.input %}' },
          },
        ],
        Next: 'Show',
      }),
      Show: { Type: 'Pass', Output: { seen: '{% $seen %}', input: '{% $states.input %}' }, End: true },
    }),
    input: 3,
    output: { seen: 'BoomError', input: { was: 3 } },
  },
  {
    name: 'nothing catches States.Runtime',
    definition: machine('Try', {
      Try: invoke('f', {
        Arguments: { FunctionName: '{% 1 %}' },
        ...catching('States.ALL'),
        End: true,
      }),
      ...caught,
    }),
    error: 'States.Runtime',
  },
  {
    name: 'States.ALL does not catch States.DataLimitExceeded',
    definition: machine('Try', { Try: invoke('big', { ...catching('States.ALL'), End: true }), ...caught }),
    error: 'States.DataLimitExceeded',
  },
  {
    name: 'States.DataLimitExceeded can be caught by its name',
    definition: machine('Try', {
      Try: invoke('big', { ...catching('States.DataLimitExceeded'), End: true }),
      ...caught,
    }),
    output: 'States.DataLimitExceeded',
  },
  {
    name: 'an output beyond 256 KiB fails',
    definition: pass("{% $join($range(1, 1000, 1).$pad('', 300, 'x')) %}"),
    error: 'States.DataLimitExceeded',
  },
  {
    name: 'an Assign beyond 256 KiB fails',
    definition: single({ Type: 'Pass', Assign: { a: "{% $join($range(1, 1000, 1).$pad('', 300, 'x')) %}" } }),
    error: 'States.DataLimitExceeded',
  },
  {
    name: 'a Parallel gives its Arguments to all branches and returns their outputs in order',
    definition: single({
      Type: 'Parallel',
      Arguments: '{% $states.input.n %}',
      Branches: [
        {
          StartAt: 'Slow',
          States: { Slow: { Type: 'Wait', Seconds: 5, Output: '{% $states.input + 1 %}', End: true } },
        },
        {
          StartAt: 'Quick',
          States: { Quick: { Type: 'Pass', Output: '{% $states.input + 2 %}', End: true } },
        },
      ],
      Output: { all: '{% $states.result %}' },
    }),
    input: { n: 1 },
    output: { all: [2, 3] },
  },
  {
    name: 'a failing branch fails the Parallel under its own error, which a Catch may name',
    definition: machine('Both', {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Bad', States: { Bad: { Type: 'Fail', Error: 'BranchError', Cause: 'c' } } },
          { StartAt: 'Long', States: { Long: { Type: 'Wait', Seconds: 1000, End: true } } },
        ],
        ...catching('BranchError'),
        End: true,
      },
      ...caught,
    }),
    output: 'BranchError',
  },
  {
    name: 'branches read outer variables and keep their own',
    definition: machine('Set', {
      Set: { Type: 'Pass', Assign: { outer: 1 }, Next: 'Both' },
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'A',
            States: {
              A: { Type: 'Pass', Assign: { mine: 'a' }, Next: 'A2' },
              A2: { Type: 'Pass', Output: '{% [$outer, $mine] %}', End: true },
            },
          },
          {
            StartAt: 'B',
            States: {
              B: { Type: 'Pass', Assign: { mine: 'b' }, Next: 'B2' },
              B2: { Type: 'Pass', Output: '{% [$outer, $mine] %}', End: true },
            },
          },
        ],
        Next: 'After',
      },
      After: {
        Type: 'Pass',
        Output: { gone: '{% $not($exists($mine)) %}', r: '{% $states.input %}' },
        End: true,
      },
    }),
    output: {
      gone: true,
      r: [
        [1, 'a'],
        [1, 'b'],
      ],
    },
  },
  {
    name: 'an inline Map selects, runs and collects in order',
    definition: single({
      Type: 'Map',
      Items: '{% $states.input.items %}',
      ItemSelector: { i: '{% $states.context.Map.Item.Index %}', v: '{% $states.context.Map.Item.Value %}' },
      ItemProcessor: {
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Wait',
            Seconds: '{% 10 - $states.input.v %}',
            Output: '{% $states.input %}',
            End: true,
          },
        },
      },
    }),
    input: { items: [1, 5] },
    output: [
      { i: 0, v: 1 },
      { i: 1, v: 5 },
    ],
  },
  {
    name: 'a Map without Items maps its input',
    definition: single({
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'Each',
        States: { Each: { Type: 'Pass', Output: '{% $states.input * 2 %}', End: true } },
      },
    }),
    input: [1, 2],
    output: [2, 4],
  },
  {
    name: 'a Map of what is no array is a query error',
    definition: single({
      Type: 'Map',
      Items: '{% 1 %}',
      ItemProcessor: { StartAt: 'Each', States: { Each: { Type: 'Pass', End: true } } },
    }),
    error: 'States.QueryEvaluationError',
    cause:
      "An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '1' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'number' for value: 1",
  },
  {
    name: 'a failing iteration fails the Map under its own error',
    definition: machine('All', {
      All: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'Each', States: { Each: { Type: 'Fail', Error: 'ItemError' } } },
        ...catching('ItemError'),
        End: true,
      },
      ...caught,
    }),
    input: [1],
    output: 'ItemError',
  },
];

test.each(cases)('$name', async ({ definition, input, ...expected }) => {
  const execution = await startCloud(functions).run(definition, input);
  if (expected.error === undefined) {
    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    expect(execution.output).toEqual(expected.output);
  } else {
    expect(execution).toMatchObject({ status: 'FAILED', error: expected.error });
    if (expected.cause instanceof RegExp) expect(execution.cause).toMatch(expected.cause);
    else if (expected.cause !== undefined) expect(execution.cause).toBe(expected.cause);
  }
});

test.each(cases)('asl-validator accepts it too: $name', ({ definition }) => {
  expect(asValidator(definition)).toEqual([]);
});
