import {
  CreateTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SnsService } from '../../../src/local/sns/service.ts';
import { serve } from '../../support/serve.ts';

const sns = new SnsService({ region: 'us-east-1', account: '000000000000' });
let served: Awaited<ReturnType<typeof serve<SNSClient>>>;
beforeAll(async () => {
  served = await serve(sns, SNSClient);
});
afterAll(() => served?.stop());

test('what is published to a topic can be seen and listened to', async () => {
  const heard: string[] = [];
  const end = sns.onMessage(({ message }) => heard.push(message));
  const { TopicArn } = await served.client.send(new CreateTopicCommand({ Name: 'approvals' }));
  await served.client.send(new CreateTopicCommand({ Name: 'approvals' }));
  const { Topics } = await served.client.send(new ListTopicsCommand({}));
  expect(Topics).toEqual([{ TopicArn: 'arn:aws:sns:us-east-1:000000000000:approvals' }]);
  await served.client.send(
    new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'dba@example.com' }),
  );
  expect(sns.subscriptions).toMatchObject([{ protocol: 'email', endpoint: 'dba@example.com' }]);

  const { MessageId } = await served.client.send(
    new PublishCommand({
      TopicArn,
      Subject: 'A person is asked',
      Message: 'run <1> & "2"\nü',
      MessageAttributes: { run: { DataType: 'String', StringValue: 'run-1' } },
    }),
  );
  end();
  await served.client.send(new PublishCommand({ TopicArn, Message: 'unheard' }));
  expect(sns.messages[0]).toEqual({
    messageId: MessageId,
    topicArn: TopicArn,
    subject: 'A person is asked',
    message: 'run <1> & "2"\nü',
    attributes: { run: 'run-1' },
  });
  expect(heard).toEqual(['run <1> & "2"\nü']);
});

test('a topic that does not exist is refused', async () => {
  await expect(
    served.client.send(
      new PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:000000000000:none', Message: 'x' }),
    ),
  ).rejects.toMatchObject({ name: 'NotFoundException' });
});
