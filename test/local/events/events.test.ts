import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/local/clock/virtual-clock.ts';
import { parsePattern } from '../../../src/local/events/pattern.ts';
import { type EventsOptions, EventsService } from '../../../src/local/events/service.ts';
import { serve } from '../../support/serve.ts';

const clock = new VirtualClock();
const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** What functions were invoked with, at which time; those called `broken` fail. */
const invoked: { readonly name: string; readonly payload: unknown; readonly at: number }[] = [];
const functions: EventsOptions['functions'] = {
  timeoutMs: () => 1000,
  invoke: async (name, payload) => {
    invoked.push({ name, payload, at: clock.now() });
    return name === 'broken'
      ? { ok: false, errorType: 'FatalError', errorMessage: 'no' }
      : { ok: true, payload: null };
  },
};
const events = new EventsService({ clock, region: 'us-east-1', account: '000000000000', functions });
let served: Awaited<ReturnType<typeof serve<EventBridgeClient>>>;
beforeAll(async () => {
  served = await serve(events, EventBridgeClient);
});
afterAll(() => served?.stop());

test('events are handed to listeners; broken ones are answered one by one', async () => {
  const heard: unknown[] = [];
  const end = events.onEvent((event) => heard.push(event.detail));
  const answer = await served.client.send(
    new PutEventsCommand({
      Entries: [
        { Source: 'lockkeeper', DetailType: 'Run ended', Detail: '{"runId":"r1"}' },
        { Source: 'lockkeeper', DetailType: 'Run ended', Detail: 'no JSON' },
      ],
    }),
  );
  end();
  expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{}, { ErrorCode: 'MalformedDetail' }] });
  expect(heard).toEqual([{ runId: 'r1' }]);
  expect(events.events).toMatchObject([
    {
      id: answer.Entries?.[0]?.EventId,
      source: 'lockkeeper',
      detailType: 'Run ended',
      bus: 'default',
      timeMs: clock.now(),
    },
  ]);
});

test('rules keep their targets, also when they are put again', async () => {
  const put = () =>
    served.client.send(new PutRuleCommand({ Name: 'aborted', EventPattern: '{"source":["aws.states"]}' }));
  await put();
  for (const Arn of ['old', 'new'].map(functionArn)) {
    await served.client.send(new PutTargetsCommand({ Rule: 'aborted', Targets: [{ Id: 'janitor', Arn }] }));
  }
  await put();
  const { Targets } = await served.client.send(new ListTargetsByRuleCommand({ Rule: 'aborted' }));
  const { Rules } = await served.client.send(new ListRulesCommand({}));
  expect(Targets).toEqual([{ Id: 'janitor', Arn: functionArn('new') }]);
  expect(Rules).toMatchObject([
    { Name: 'aborted', State: 'ENABLED', EventPattern: '{"source":["aws.states"]}' },
  ]);
  await expect(
    served.client.send(new PutTargetsCommand({ Rule: 'none', Targets: [] })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

const matching = (pattern: object, event: object): boolean =>
  parsePattern(JSON.stringify(pattern))({ ...event });

test.each([
  [{ source: ['a', 'b'] }, { source: 'b' }, true],
  [{ source: ['a'] }, { source: 'b' }, false],
  [{ source: ['a'] }, {}, false],
  [{ source: ['a'], detail: { n: [1] } }, { source: 'a', detail: { n: 1, more: 2 } }, true],
  [{ detail: { n: [1] } }, { detail: { n: '1' } }, false],
  [{ resources: ['x'] }, { resources: ['y', 'x'] }, true],
  [{ key: [{ prefix: 'bundles/' }] }, { key: 'bundles/a' }, true],
  [{ key: [{ prefix: 'bundles/' }] }, { key: 'plans/a' }, false],
  [{ key: [{ suffix: '.json' }] }, { key: 'a.json' }, true],
  [{ source: [{ 'anything-but': 'a' }] }, { source: 'b' }, true],
  [{ source: [{ 'anything-but': 'a' }] }, { source: 'a' }, false],
  [{ source: [{ 'anything-but': ['a', 'b'] }] }, { source: 'b' }, false],
  [{ source: [{ exists: false }] }, {}, true],
  [{ source: [{ exists: true }] }, {}, false],
])('the pattern %j of the event %j: %s', (pattern, event, expected) => {
  expect(matching(pattern, event)).toBe(expected);
});

test.each([
  ['{}', 'InvalidEventPatternException'],
  ['no JSON', 'InvalidEventPatternException'],
  ['{"source":"a"}', 'InvalidEventPatternException'],
  ['{"source":[]}', 'InvalidEventPatternException'],
  ['{"n":[{"numeric":[">",1]}]}', 'NotImplemented'],
  ['{"$or":[{"a":[1]}]}', 'NotImplemented'],
])('the pattern %s is refused: %s', (pattern, code) => {
  expect(() => parsePattern(pattern)).toThrow(expect.objectContaining({ code }));
});

test('a rule hands each event that matches to its function, as it is or as its transformer says', async () => {
  events.addRule({ Name: 'asked', EventPattern: '{"source":["ci"]}' }, [
    { Id: 'plain', Arn: functionArn('plain') },
    {
      Id: 'told',
      Arn: functionArn('told:live'),
      InputTransformer: {
        InputPathsMap: { id: '$.id', name: '$.detail.name', count: '$.detail.count' },
        InputTemplate: '{"id":<id>,"name":"<name>","count":<count>,"target":"orders"}',
      },
    },
  ]);
  events.publish('ci', 'Built', { name: 'a "b"', count: 2 });
  events.publish('elsewhere', 'Built', {});
  await events.settled();
  const { id } = events.events.find(({ source }) => source === 'ci') ?? expect.fail();
  expect(invoked.map(({ name, payload }) => [name, payload])).toEqual([
    [
      'plain',
      expect.objectContaining({
        id,
        source: 'ci',
        'detail-type': 'Built',
        detail: { name: 'a "b"', count: 2 },
      }),
    ],
    ['told', { id, name: 'a "b"', count: 2, target: 'orders' }],
  ]);
});

test('a function that fails is tried three times; then the event is a dead letter', async () => {
  invoked.length = 0;
  events.addRule({ Name: 'breaks', EventPattern: '{"source":["hopeless"]}' }, [
    { Id: 'b', Arn: functionArn('broken') },
  ]);
  const startedAt = clock.now();
  events.publish('hopeless', 'Try', {});
  await events.settled();
  expect(invoked.map(({ at }) => at - startedAt)).toEqual([0, 60_000, 180_000]);
  expect(events.deadLetters).toEqual([
    {
      functionName: 'broken',
      input: expect.objectContaining({ source: 'hopeless' }),
      error: 'FatalError: no',
    },
  ]);
});

test('a schedule fires when it is told to', async () => {
  invoked.length = 0;
  events.addRule({ Name: 'watch', ScheduleExpression: 'rate(5 minutes)' }, [
    { Id: 'w', Arn: functionArn('plain') },
  ]);
  events.tick('watch');
  await events.settled();
  expect(invoked.map(({ payload }) => payload)).toEqual([
    expect.objectContaining({ 'detail-type': 'Scheduled Event' }),
  ]);
});

test('targets of other services are refused by name', () => {
  expect(() =>
    events.addRule({ Name: 'other', EventPattern: '{"source":["x"]}' }, [
      { Id: 'q', Arn: 'arn:aws:sqs:us-east-1:000000000000:queue' },
    ]),
  ).toThrow(/does not implement events:a target arn:aws:sqs/);
});
