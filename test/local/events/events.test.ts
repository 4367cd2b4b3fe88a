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
import { EventsService } from '../../../src/local/events/service.ts';
import { serve } from '../../support/serve.ts';

const clock = new VirtualClock();
const events = new EventsService({ clock, region: 'us-east-1', account: '000000000000' });
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
  for (const Arn of ['arn:old', 'arn:new']) {
    await served.client.send(new PutTargetsCommand({ Rule: 'aborted', Targets: [{ Id: 'janitor', Arn }] }));
  }
  await put();
  const { Targets } = await served.client.send(new ListTargetsByRuleCommand({ Rule: 'aborted' }));
  const { Rules } = await served.client.send(new ListRulesCommand({}));
  expect(Targets).toEqual([{ Id: 'janitor', Arn: 'arn:new' }]);
  expect(Rules).toMatchObject([
    { Name: 'aborted', State: 'ENABLED', EventPattern: '{"source":["aws.states"]}' },
  ]);
  await expect(
    served.client.send(new PutTargetsCommand({ Rule: 'none', Targets: [] })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
