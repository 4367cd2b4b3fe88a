import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { DynamoDbService } from '../../../src/local/dynamodb/service.ts';
import { serve } from '../../support/serve.ts';

const TableName = 'runs';
const table = {
  TableName,
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

test('a condition is honoured, and a folder keeps table and items for the next start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-dynamodb-'));
  const open = () => DynamoDbService.open({ region: 'us-east-1', folder, tables: [table] });
  try {
    const first = await open();
    const one = await serve(first, DynamoDBClient);
    const lease = (owner: string) =>
      one.client.send(
        new PutItemCommand({
          TableName,
          Item: { pk: { S: 'lease' }, owner: { S: owner }, fence: { N: '1' } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    await lease('a');
    await expect(lease('b')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await one.stop();
    await first.stop();

    const second = await open();
    const two = await serve(second, DynamoDBClient);
    await two.client.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: { S: 'lease' } },
        UpdateExpression: 'ADD fence :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
    const { Item } = await two.client.send(
      new GetItemCommand({ TableName, Key: { pk: { S: 'lease' } }, ConsistentRead: true }),
    );
    expect(Item).toEqual({ pk: { S: 'lease' }, owner: { S: 'a' }, fence: { N: '2' } });
    await two.stop();
    await second.stop();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('what it was asked before it stops is answered, and nothing after that', async () => {
  const service = await DynamoDbService.open({ region: 'us-east-1', tables: [table] });
  const put = (pk: string) =>
    service.handle({
      service: 'dynamodb',
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: {
        'x-amz-target': 'DynamoDB_20120810.PutItem',
        'content-type': 'application/x-amz-json-1.0',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        'x-amz-date': '20260101T000000Z',
      },
      body: Buffer.from(JSON.stringify({ TableName, Item: { pk: { S: pk } } })),
    });
  const asked = Array.from({ length: 20 }, (_, n) => put(String(n)));
  const stopped = service.stop();
  await expect(put('late')).rejects.toThrow('the local DynamoDB has been stopped');
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 200));
  await stopped;
});
