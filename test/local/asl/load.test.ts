import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidDefinition, loadDefinition } from '../../../src/local/asl/load.ts';
import { invoke, machine, single } from '../states/support.ts';
import { asValidator } from './as-validator.ts';

function problemsOf(definition: unknown): string[] {
  try {
    loadDefinition(definition);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

const one = { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } };
const distributed = { ...one, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
const handled = (handler: object): object =>
  machine('Try', { Try: invoke('f', { Next: 'End', ...handler }), End: { Type: 'Succeed' } });
const retry = (...Retry: object[]): object => handled({ Retry });

/** Each with the path that a problem must name. */
const rejections: [string, object, string][] = [
  [
    'JSONPath as the language',
    { ...machine('A', { A: { Type: 'Succeed' } }), QueryLanguage: 'JSONPath' },
    '/QueryLanguage',
  ],
  ['a missing language', { StartAt: 'A', States: { A: { Type: 'Succeed' } } }, '/'],
  ['another version of the language', single({ Type: 'Pass' }, { Version: '2.0' }), '/Version'],
  [
    'an expression as the timeout of a machine',
    single({ Type: 'Pass' }, { TimeoutSeconds: '{% 1 %}' }),
    '/TimeoutSeconds',
  ],
  ['no states', machine('A', {}), '/States'],
  ['an unknown type', single({ Type: 'Loop' }), '/States/Only/Type'],
  ['a type named like a method of objects', single({ Type: 'toString' }), '/States/Only/Type'],
  ['a field named like a method of objects', single({ Type: 'Pass', toString: 1 }), '/States/Only/toString'],
  ['InputPath', single({ Type: 'Pass', InputPath: '$.x' }), '/States/Only/InputPath'],
  ['Parameters', single(invoke('f', { Parameters: {} })), '/States/Only/Parameters'],
  ['ResultPath', single({ Type: 'Pass', ResultPath: '$' }), '/States/Only/ResultPath'],
  ['Result', single({ Type: 'Pass', Result: {} }), '/States/Only/Result'],
  ['Credentials', single(invoke('f', { Credentials: {} })), '/States/Only/Credentials'],
  [
    'an activity',
    single(invoke('f', { Resource: 'arn:aws:states:eu-central-1:1:activity:a' })),
    '/States/Only/Resource',
  ],
  [
    'another integration',
    single(invoke('f', { Resource: 'arn:aws:states:::sns:publish' })),
    '/States/Only/Resource',
  ],
  [
    'sync without the 2',
    single({ ...start(), Resource: 'arn:aws:states:::states:startExecution.sync' }),
    '/States/Only/Resource',
  ],
  [
    'an unknown argument',
    single(invoke('f', { Arguments: { FunctionName: 'f', LogType: 'Tail' } })),
    '/States/Only/Arguments/LogType',
  ],
  [
    'arguments of another integration',
    single({ ...start(), Arguments: { FunctionName: 'f' } }),
    '/States/Only/Arguments/FunctionName',
  ],
  [
    'arguments as one expression',
    single(invoke('f', { Arguments: '{% $states.input %}' })),
    '/States/Only/Arguments',
  ],
  ['a broken expression', single({ Type: 'Pass', Output: { a: ['{% 1 + %}'] } }), '/States/Only/Output/a/0'],
  [
    '$eval',
    single({ Type: 'Pass', Output: "{% $map(['1'], function($x){$eval($x)}) %}" }),
    '/States/Only/Output',
  ],
  ['half an expression', single({ Type: 'Pass', Output: '{% 1 %} ' }), '/States/Only/Output'],
  [
    'a heartbeat as long as the timeout',
    single(invoke('f', { TimeoutSeconds: 5, HeartbeatSeconds: 5 })),
    '/States/Only/HeartbeatSeconds',
  ],
  ['a timeout of zero', single(invoke('f', { TimeoutSeconds: 0 })), '/States/Only/TimeoutSeconds'],
  [
    'both ways to wait',
    single({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z' }),
    '/States/Only',
  ],
  ['a wait for nothing', single({ Type: 'Wait' }), '/States/Only'],
  ['a wait of a fraction', single({ Type: 'Wait', Seconds: 0.5 }), '/States/Only/Seconds'],
  [
    'a time without an offset',
    single({ Type: 'Wait', Timestamp: '2026-01-01T00:00:00' }),
    '/States/Only/Timestamp',
  ],
  ['Assign in a Succeed', machine('A', { A: { Type: 'Succeed', Assign: {} } }), '/States/A/Assign'],
  ['an assigned path', single({ Type: 'Pass', Assign: { 'a.b': 1 } }), '/States/Only/Assign/a.b'],
  ['assigning $states', single({ Type: 'Pass', Assign: { states: 1 } }), '/States/Only/Assign/states'],
  [
    'a literal condition',
    machine('A', {
      A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }] },
      B: { Type: 'Succeed' },
    }),
    '/States/A/Choices/0/Condition',
  ],
  [
    'a JSONPath choice',
    machine('A', {
      A: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Variable: '$.x', Next: 'B' }] },
      B: { Type: 'Succeed' },
    }),
    '/States/A/Choices/0/Variable',
  ],
  [
    'a choice without rules',
    machine('A', { A: { Type: 'Choice', Choices: [], Default: 'B' }, B: { Type: 'Succeed' } }),
    '/States/A/Choices',
  ],
  ['an empty ErrorEquals', retry({ ErrorEquals: [] }), '/States/Try/Retry/0/ErrorEquals'],
  ['States.ALL in company', retry({ ErrorEquals: ['States.ALL', 'X'] }), '/States/Try/Retry/0/ErrorEquals'],
  [
    'States.ALL before the end',
    retry({ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }),
    '/States/Try/Retry/0/ErrorEquals',
  ],
  [
    'catching what cannot be caught',
    handled({ Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'End' }] }),
    '/States/Try/Catch/0/ErrorEquals',
  ],
  ['a misspelt States error', retry({ ErrorEquals: ['States.TimeOut'] }), '/States/Try/Retry/0/ErrorEquals'],
  ['a shrinking backoff', retry({ ErrorEquals: ['X'], BackoffRate: 0.5 }), '/States/Try/Retry/0/BackoffRate'],
  [
    'an interval of zero',
    retry({ ErrorEquals: ['X'], IntervalSeconds: 0 }),
    '/States/Try/Retry/0/IntervalSeconds',
  ],
  [
    'another jitter',
    retry({ ErrorEquals: ['X'], JitterStrategy: 'HALF' }),
    '/States/Try/Retry/0/JitterStrategy',
  ],
  ['Retry in a Wait', single({ Type: 'Wait', Seconds: 1, Retry: [] }), '/States/Only/Retry'],
  [
    'express children',
    single({
      Type: 'Map',
      ItemProcessor: { ...one, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } },
    }),
    '/States/Only/ItemProcessor/ProcessorConfig/ExecutionType',
  ],
  [
    'a distributed Map without ExecutionType',
    single({ Type: 'Map', ItemProcessor: { ...one, ProcessorConfig: { Mode: 'DISTRIBUTED' } } }),
    '/States/Only/ItemProcessor/ProcessorConfig',
  ],
  [
    'a tolerance of an inline Map',
    single({ Type: 'Map', ToleratedFailureCount: 1, ItemProcessor: one }),
    '/States/Only/ToleratedFailureCount',
  ],
  [
    'ItemReader',
    single({ Type: 'Map', ItemReader: {}, ItemProcessor: distributed }),
    '/States/Only/ItemReader',
  ],
  [
    'ItemBatcher',
    single({ Type: 'Map', ItemBatcher: {}, ItemProcessor: distributed }),
    '/States/Only/ItemBatcher',
  ],
  [
    'ResultWriter',
    single({ Type: 'Map', ResultWriter: {}, ItemProcessor: distributed }),
    '/States/Only/ResultWriter',
  ],
  ['an Iterator', single({ Type: 'Map', Iterator: one, ItemProcessor: one }), '/States/Only/Iterator'],
  ['items as an object', single({ Type: 'Map', Items: { a: 1 }, ItemProcessor: one }), '/States/Only/Items'],
  [
    'a label with blanks',
    single({ Type: 'Map', Label: 'a b', ItemProcessor: distributed }),
    '/States/Only/Label',
  ],
  [
    'an unknown field deep inside',
    single({ Type: 'Parallel', Branches: [{ ...one, Timeout: 1 }] }),
    '/States/Only/Branches/0/Timeout',
  ],
  ['a missing start', machine('B', { A: { Type: 'Succeed' } }), '/StartAt'],
  ['neither Next nor End', machine('A', { A: { Type: 'Pass' } }), '/States/A'],
  [
    'both Next and End',
    machine('A', { A: { Type: 'Pass', Next: 'B', End: true }, B: { Type: 'Succeed' } }),
    '/States/A',
  ],
  [
    'a dangling Next',
    machine('A', { A: { Type: 'Pass', Next: 'Z' }, B: { Type: 'Succeed' } }),
    '/States/A/Next',
  ],
  ['a state nobody reaches', machine('A', { A: { Type: 'Succeed' }, B: { Type: 'Succeed' } }), '/States/B'],
  [
    'a way out of a branch',
    machine('A', {
      A: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'In', States: { In: { Type: 'Pass', Next: 'B' }, X: { Type: 'Succeed' } } }],
        Next: 'B',
      },
      B: { Type: 'Succeed' },
    }),
    '/States/A/Branches/0/States/In/Next',
  ],
  [
    'one name for two states',
    machine('In', { In: { Type: 'Map', ItemProcessor: one, End: true } }),
    '/States/In/ItemProcessor/States/In',
  ],
  [
    'an inner scope that assigns an outer variable',
    machine('A', {
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'M' },
      M: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', Assign: { x: 2 }, End: true } } },
        End: true,
      },
    }),
    '/States/M/ItemProcessor/States/In/Assign/x',
  ],
  [
    'a name of 81 characters',
    machine('x'.repeat(81), { ['x'.repeat(81)]: { Type: 'Succeed' } }),
    `/States/${'x'.repeat(81)}`,
  ],
];

function start(): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: { StateMachineArn: 'arn' },
  };
}

test.each(rejections)('refuses %s', (_, definition, path) => {
  const problems = problemsOf(definition);
  expect(problems.map((problem) => problem.slice(0, problem.indexOf(': ')))).toContain(path);
});

test('reports all problems at once', () => {
  const definition = machine('A', {
    A: { Type: 'Pass', InputPath: '$', Extra: 1, End: true },
    B: { Type: 'Nope' },
  });
  expect(problemsOf(definition)).toEqual([
    '/States/A/InputPath: InputPath is a JSONPath field in a JSONata machine',
    '/States/A/Extra: Extra is not a supported field here',
    '/States/B/Type: must be one of Task, Parallel, Map, Choice, Wait, Pass, Succeed, Fail',
  ]);
});

test.each(['{', '[]', 'null', '"text"', '1'])('refuses %s as a definition', (text) => {
  expect(problemsOf(text)).toHaveLength(1);
});

/** Uses every field there is. */
const full = machine(
  'Set',
  {
    Set: { Type: 'Pass', Comment: 'c', Assign: { a: 1 }, Output: { x: '{% $states.input %}' }, Next: 'Call' },
    Call: invoke('f', {
      Comment: 'c',
      TimeoutSeconds: '{% 10 %}',
      HeartbeatSeconds: 5,
      Retry: [
        {
          ErrorEquals: ['Busy'],
          IntervalSeconds: 1,
          BackoffRate: 1.5,
          MaxAttempts: 2,
          MaxDelaySeconds: 9,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Next: 'Stop',
          Assign: { e: '{% $states.errorOutput %}' },
          Output: { o: 1 },
        },
      ],
      Assign: { b: '{% $states.result %}' },
      Output: { y: 1 },
      Next: 'Ask',
    }),
    Ask: {
      ...invoke('g'),
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'g', Payload: { token: '{% $states.context.Task.Token %}' } },
      Next: 'Child',
    },
    Child: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: 'arn:x', Input: { a: 1 }, Name: 'n' },
      Next: 'Which',
    },
    Which: {
      Type: 'Choice',
      Comment: 'c',
      Choices: [{ Comment: 'c', Condition: '{% true %}', Next: 'Both', Assign: { c: 1 }, Output: { z: 1 } }],
      Default: 'Pause',
      Assign: { c: 2 },
      Output: { w: 1 },
    },
    Pause: { Type: 'Wait', Seconds: '{% 1 %}', Assign: { d: 1 }, Next: 'Until' },
    Until: { Type: 'Wait', Timestamp: '2026-01-01T00:00:00Z', Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Arguments: { i: 1 },
      Branches: [{ Comment: 'c', StartAt: 'Left', States: { Left: { Type: 'Pass', End: true } } }],
      Retry: [{ ErrorEquals: ['X'] }],
      Catch: [{ ErrorEquals: ['X'], Next: 'Stop' }],
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      Items: ['{% 1 %}', 2],
      ItemSelector: { v: '{% $states.context.Map.Item.Value %}' },
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Item',
        States: { Item: { Type: 'Succeed', Comment: 'c', Output: { q: 1 } } },
      },
      Next: 'Spread',
    },
    Spread: {
      Type: 'Map',
      Items: '{% [1] %}',
      MaxConcurrency: '{% 3 %}',
      ToleratedFailurePercentage: 5,
      Label: 'parts',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Part',
        States: { Part: { Type: 'Pass', End: true } },
      },
      End: true,
    },
    Stop: { Type: 'Fail', Comment: 'c', Error: 'E', Cause: '{% $string($e) %}' },
  },
  { Comment: 'c', Version: '1.0', TimeoutSeconds: 60 },
);

test('accepts a machine with every field, as the independent validator does', () => {
  expect(problemsOf(full)).toEqual([]);
  expect(asValidator(full)).toEqual([]);
});

/** Objects whose keys are the language's own, not names of states or data of a template. */
function structures(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const isData = path.some((key) =>
    ['Assign', 'Output', 'ItemSelector', 'Payload', 'Input', 'Items'].includes(key),
  );
  const isTemplate = path.at(-1) === 'Arguments' && path.includes('Both');
  if (isData || isTemplate) return [];
  const own = Array.isArray(value) || path.at(-1) === 'States' ? [] : [path];
  return own.concat(Object.entries(value).flatMap(([key, item]) => structures(item, [...path, key])));
}

test('an unknown field anywhere in a definition is refused', () => {
  const places = structures(full);
  expect(places.length).toBeGreaterThan(25);
  const name = fc.string({ minLength: 1 }).filter((field) => !/^[A-Z]/.test(field));
  fc.assert(
    fc.property(fc.constantFrom(...places), name, fc.jsonValue(), (place, field, value) => {
      const copy = structuredClone(full) as Record<string, unknown>;
      let target = copy;
      for (const key of place) target = target[key] as Record<string, unknown>;
      Object.defineProperty(target, field, { value, enumerable: true, configurable: true, writable: true });
      return problemsOf(copy).some((problem) => problem.startsWith(`/${[...place, field].join('/')}: `));
    }),
    { numRuns: 300 },
  );
});
