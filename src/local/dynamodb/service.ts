import { once } from 'node:events';
import { Agent, request as httpRequest, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import { lockFolder } from './folder-lock.ts';

export interface DynamoDbOptions {
  /** Folder of the tables; in memory when omitted. */
  readonly folder?: string | undefined;
  readonly region: string;
  /** Tables to create unless they exist already in the folder. */
  readonly tables?: readonly CreateTableCommandInput[];
}

type Dynalite = (options: {
  path?: string;
  createTableMs: number;
  deleteTableMs: number;
  updateTableMs: number;
}) => Server;

/** DynamoDB by way of dynalite, which listens on a loopback port of its own in this process. */
export class DynamoDbService implements AwsService {
  readonly name = 'dynamodb';
  readonly #server: Server;
  readonly #port: number;
  readonly #release: () => Promise<void>;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #underWay = new Set<Promise<AwsResponse>>();
  #stopping = false;

  private constructor(server: Server, release: () => Promise<void>) {
    this.#server = server;
    this.#release = release;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Throws FatalError when the folder is in use by another process, or cannot be opened. */
  static async open(options: DynamoDbOptions): Promise<DynamoDbService> {
    const lock = options.folder === undefined ? null : await lockFolder(options.folder);
    // Loaded when needed: it has no types, and brings a database engine along.
    const dynalite = createRequire(import.meta.url)('dynalite') as Dynalite;
    const instant = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
    const server = dynalite({ ...instant, ...(options.folder ? { path: options.folder } : {}) });
    // Its only client is this process, which closes what it has opened.
    server.keepAliveTimeout = 0;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const service = new DynamoDbService(server, async () => lock?.release());
    try {
      await service.#createTables(options);
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    if (this.#stopping) throw new Error('the local DynamoDB has been stopped');
    const answer = this.#forward(request);
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
    }
  }

  #forward(request: AwsRequest): Promise<AwsResponse> {
    return new Promise((resolve, reject) => {
      // Length and framing are those of the message forwarded, not of the one received.
      const { host: _, connection: _c, 'transfer-encoding': _t, ...others } = request.headers;
      const headers = { ...others, 'content-length': String(request.body.length) };
      const forwarded = httpRequest(
        {
          host: '127.0.0.1',
          port: this.#port,
          method: request.method,
          path: request.path,
          headers,
          agent: this.#agent,
        },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on('data', (chunk: Buffer) => chunks.push(chunk));
          reply.once('error', reject);
          reply.once('end', () =>
            resolve({
              status: reply.statusCode ?? 500,
              headers: Object.fromEntries(
                Object.entries(reply.headers).filter(
                  (header): header is [string, string] =>
                    typeof header[1] === 'string' && PASSED_ON.test(header[0]),
                ),
              ),
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      forwarded.once('error', reject);
      forwarded.end(request.body);
    });
  }

  /** Answers what it has been asked: dynalite throws where nobody can catch it when its tables close under a request. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled(this.#underWay);
    this.#agent.destroy();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
    await this.#release();
  }

  async #createTables(options: DynamoDbOptions): Promise<void> {
    const client = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${this.#port}`,
      region: options.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    try {
      for (const table of options.tables ?? []) {
        await client.send(new CreateTableCommand(table)).catch((error: Error) => {
          if (error.name !== 'ResourceInUseException') throw error;
        });
        await becomeActive(client, table.TableName);
      }
    } finally {
      client.destroy();
    }
  }
}

/** dynalite makes tables within milliseconds; the SDK's waiter would sleep a whole second between looks. */
async function becomeActive(client: DynamoDBClient, TableName: string | undefined): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await setTimeout(10);
  }
}

const PASSED_ON = /^(content-type|x-amz.*)$/;
