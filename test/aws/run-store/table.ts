import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { runTableSchema } from '../../../src/aws/run-store/schema.ts';
import { eventually } from '../../support/eventually.ts';

const require = createRequire(import.meta.url);
const dynalite = require('dynalite') as (options: { createTableMs: number }) => Server;

export interface TestTable {
  readonly client: DynamoDBClient;
  readonly table: string;
  stop(): Promise<void>;
}

/** An empty run table in an in-memory DynamoDB of its own. */
export async function startTable(): Promise<TestTable> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const table = 'lockkeeper-runs';
  await client.send(new CreateTableCommand({ ...runTableSchema, TableName: table }));
  await eventually(async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    assert.equal(Table?.TableStatus, 'ACTIVE');
  });
  return {
    client,
    table,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
