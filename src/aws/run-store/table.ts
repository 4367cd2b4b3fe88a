import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Effects } from '../../app/ports/effects.ts';
import { awsErrorName, callAws } from '../errors.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type Item = Readonly<Record<string, unknown>>;

type Change = Omit<UpdateCommandInput, 'TableName' | 'Key' | 'ReturnValues'>;

/**
 * The few operations the run store needs; a condition that is not met is an answer, not an error. `what` names
 * the write as an effect: what is written, never its values.
 */
export class Table {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #effects: Effects;

  constructor(client: DynamoDBClient, table: string, effects: Effects) {
    // Fields without a value are left out, so that a record reads back as it was written.
    this.#client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    this.#table = table;
    this.#effects = effects;
  }

  async get(key: Key): Promise<Item | null> {
    const command = new GetCommand({ TableName: this.#table, Key: key, ConsistentRead: true });
    const { Item } = await this.#call('reading', () => this.#client.send(command));
    return Item ?? null;
  }

  /** All items of a partition key whose sort key begins so, in the order of that key. */
  async list(pk: string, prefix: string): Promise<readonly Item[]> {
    return this.query({
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      ConsistentRead: true,
    });
  }

  /** Follows the pages until `limit` items are found or none is left. */
  async query(
    query: Omit<QueryCommandInput, 'TableName'>,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<readonly Item[]> {
    const items: Item[] = [];
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const command = new QueryCommand({
        ...query,
        TableName: this.#table,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        ...(Number.isFinite(limit) ? { Limit: limit - items.length } : {}),
      });
      const page = await this.#call('querying', () => this.#client.send(command));
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && items.length < limit);
    return items;
  }

  async put(key: Key, item: object, what: string): Promise<void> {
    const command = new PutCommand({ TableName: this.#table, Item: { ...item, ...key } });
    await this.#call('writing', () =>
      this.#effects.around(`dynamodb:PutItem ${what}`, () => this.#client.send(command)),
    );
  }

  /** False when there is an item already. */
  async putNew(key: Key, item: object, what: string): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.#table,
      Item: { ...item, ...key },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    return this.#conditional(async () => {
      await this.#effects.around(`dynamodb:PutItem ${what}`, () => this.#client.send(command));
      return true;
    }, false);
  }

  /** The item after the change, or null when the condition was not met. */
  async update(key: Key, change: Change, what: string): Promise<Item | null> {
    const command = new UpdateCommand({
      ...change,
      TableName: this.#table,
      Key: { ...key },
      ReturnValues: 'ALL_NEW',
    });
    return this.#conditional(async () => {
      const { Attributes } = await this.#effects.around(`dynamodb:UpdateItem ${what}`, () =>
        this.#client.send(command),
      );
      return Attributes ?? {};
    }, null);
  }

  /** Deletes the item while `attribute` has this value; otherwise nothing happens. */
  async deleteWhile(key: Key, attribute: string, value: unknown, what: string): Promise<void> {
    const command = new DeleteCommand({
      TableName: this.#table,
      Key: { ...key },
      ConditionExpression: '#attribute = :value',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: { ':value': value },
    });
    await this.#conditional<unknown>(
      () => this.#effects.around(`dynamodb:DeleteItem ${what}`, () => this.#client.send(command)),
      null,
    );
  }

  async #conditional<Result>(send: () => Promise<Result>, otherwise: Result): Promise<Result> {
    return this.#call('writing', async () => {
      try {
        return await send();
      } catch (error) {
        if (awsErrorName(error) === 'ConditionalCheckFailedException') return otherwise;
        throw error;
      }
    });
  }

  /** Every write bears being repeated: a put by its key, an update by its condition. */
  #call<Result>(verb: string, send: () => Promise<Result>): Promise<Result> {
    return callAws({ doing: `${verb} the table ${this.#table}`, repeatable: true }, send);
  }
}
