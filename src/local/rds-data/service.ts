import type { Clock } from '../../app/ports/clock.ts';
import { AwsError, notImplemented, toAwsError } from '../gateway/errors.ts';
import { type JsonObject, objects, optionalText, parseObject, requiredText } from '../gateway/json.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import { type ServerAnswer, ServerConnection } from './connections.ts';
import { fieldOf, type ReturnTypes } from './fields.ts';
import { bind } from './parameters.ts';
import { type TransactionLimits, Transactions } from './transactions.ts';

/** A cluster as the Data API finds it. */
export interface DataApiCluster {
  readonly enabled: boolean;
  readonly engine: string;
  /** Of its writer; null while it has none. */
  readonly port: number | null;
}

export interface RdsDataOptions {
  readonly clock: Clock;
  /** Null: no such cluster. */
  readonly cluster: (arn: string) => DataApiCluster | null;
  /** What the secret of this ARN holds; null: there is none. */
  readonly secret: (arn: string) => JsonObject | null;
  /** For tests that cannot wait as long as at AWS. */
  readonly limits?: Partial<Limits> | undefined;
}

export interface Limits extends TransactionLimits {
  readonly statementMs: number;
}

const limitsOfAws: Limits = { statementMs: 45_000, idleMs: 180_000, longestMs: 86_400_000 };
const REQUEST_BYTES = 4 * 1024 * 1024;
const RESPONSE_BYTES = 1024 * 1024;
const ROW_BYTES = 64 * 1024;

type Operation = (input: JsonObject) => Promise<object>;

/** The Data API of Aurora PostgreSQL over the servers of the local clusters, with its limits. */
export class RdsDataService implements AwsService {
  readonly name = 'rds-data';
  readonly #options: RdsDataOptions;
  readonly #limits: Limits;
  readonly #transactions: Transactions;
  readonly #operations: Readonly<Record<string, Operation>> = {
    '/Execute': (input) => this.#execute(input),
    '/BatchExecute': (input) => this.#batch(input),
    '/BeginTransaction': (input) => this.#begin(input),
    '/CommitTransaction': (input) => this.#finish(input, 'COMMIT'),
    '/RollbackTransaction': (input) => this.#finish(input, 'ROLLBACK'),
  };

  constructor(options: RdsDataOptions) {
    this.#options = options;
    this.#limits = { ...limitsOfAws, ...options.limits };
    this.#transactions = new Transactions(options.clock, this.#limits);
  }

  async handle({ path, body }: AwsRequest): Promise<AwsResponse> {
    const headers = { 'content-type': 'application/json' };
    try {
      const operation = Object.hasOwn(this.#operations, path) ? this.#operations[path] : undefined;
      if (operation === undefined) throw notImplemented(this.name, path);
      if (body.length > REQUEST_BYTES)
        throw new AwsError('BadRequestException', 'The request exceeds 4 MiB.');
      const answer = JSON.stringify(await operation(parseObject(body)));
      if (Buffer.byteLength(answer) > RESPONSE_BYTES) {
        throw tooLarge('Database returned more than the allowed response size limit');
      }
      return { status: 200, headers, body: answer };
    } catch (thrown) {
      const { code, message, status } = toAwsError(thrown);
      return {
        status,
        headers: { ...headers, 'x-amzn-errortype': code },
        body: JSON.stringify({ __type: code, message }),
      };
    }
  }

  async stop(): Promise<void> {
    await this.#transactions.close();
  }

  async #begin(input: JsonObject) {
    const connection = await this.#connect(input);
    return { transactionId: await this.#transactions.begin(connection, ownerOf(input)) };
  }

  async #finish(input: JsonObject, how: 'COMMIT' | 'ROLLBACK') {
    await this.#transactions.finish(requiredText(input, 'transactionId'), ownerOf(input), how);
    return { transactionStatus: how === 'COMMIT' ? 'Transaction Committed' : 'Rollback Complete' };
  }

  async #execute(input: JsonObject) {
    const bound = bind(requiredText(input, 'sql'), objects(input, 'parameters'));
    return this.#on(input, async (connection) => {
      const answer = await this.#timed(connection, input, () => connection.run(bound));
      return written(connection, answer, input);
    });
  }

  /** All sets take effect, or none. */
  async #batch(input: JsonObject) {
    const sql = requiredText(input, 'sql');
    const sets = Array.isArray(input.parameterSets) ? input.parameterSets : [];
    const bounds = sets.map((set: unknown) => bind(sql, objects({ set }, 'set')));
    const alone = optionalText(input, 'transactionId') === undefined;
    return this.#on(input, async (connection) => {
      if (alone) await connection.run({ text: 'BEGIN', values: [] });
      for (const bound of bounds) await this.#timed(connection, input, () => connection.run(bound));
      if (alone) await connection.run({ text: 'COMMIT', values: [] });
      return { updateResults: bounds.map(() => ({ generatedFields: [] })) };
    });
  }

  /** In the transaction that is named, or on a connection of its own. */
  async #on<Result>(
    input: JsonObject,
    work: (connection: ServerConnection) => Promise<Result>,
  ): Promise<Result> {
    const transaction = optionalText(input, 'transactionId');
    if (transaction !== undefined) return this.#transactions.use(transaction, ownerOf(input), work);
    const connection = await this.#connect(input);
    try {
      const result = await work(connection);
      await connection.close();
      return result;
    } catch (error) {
      // What goes on after its time is up keeps its connection to the end.
      if (!(error instanceof StillRunning)) await connection.close();
      throw error;
    }
  }

  async #timed<Result>(
    connection: ServerConnection,
    input: JsonObject,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const goesOn = input.continueAfterTimeout === true && input.transactionId === undefined;
    const ended = new AbortController();
    const running = run().finally(() => ended.abort());
    const timer = this.#options.clock.sleep(this.#limits.statementMs, ended.signal).then(
      () => 'late' as const,
      () => 'ended' as const,
    );
    running.catch(() => undefined);
    if ((await timer) === 'ended') return running;
    if (goesOn) {
      running.catch(() => undefined).finally(() => connection.close());
      throw new StillRunning();
    }
    await connection.cancel();
    await running.catch(() => undefined);
    throw new AwsError('StatementTimeoutException', 'Request timed out');
  }

  async #connect(input: JsonObject): Promise<ServerConnection> {
    const arn = requiredText(input, 'resourceArn');
    const cluster = this.#options.cluster(arn);
    if (cluster === null) throw new AwsError('NotFoundException', `The resource ${arn} can't be found.`, 404);
    if (!cluster.enabled) {
      throw new AwsError(
        'HttpEndpointNotEnabledException',
        `HttpEndpoint is not enabled for resource ${arn}.`,
      );
    }
    if (cluster.engine !== 'aurora-postgresql') throw notImplemented(this.name, cluster.engine);
    if (cluster.port === null) {
      throw new AwsError(
        'DatabaseNotFoundException',
        `The DB cluster ${arn} doesn't have a DB instance.`,
        404,
      );
    }
    const { user, password } = this.#login(requiredText(input, 'secretArn'));
    // As at AWS: the database of the secret does not count, and without one it is that of the user's name.
    const database = optionalText(input, 'database') ?? user;
    return ServerConnection.open({ port: cluster.port, user, password, database });
  }

  #login(arn: string): { readonly user: string; readonly password: string } {
    const secret = this.#options.secret(arn);
    if (secret === null) throw new AwsError('SecretsErrorException', `The secret ${arn} wasn't found.`);
    const { username, password } = secret;
    if (typeof username === 'string' && typeof password === 'string') return { user: username, password };
    throw new AwsError('InvalidSecretException', `The secret ${arn} has no username or no password.`);
  }
}

/** Not done in time, and left to go on. */
class StillRunning extends AwsError {
  constructor() {
    super('StatementTimeoutException', 'Request timed out');
  }
}

const ownerOf = (input: JsonObject): string =>
  `${requiredText(input, 'resourceArn')} ${requiredText(input, 'secretArn')}`;

async function written(connection: ServerConnection, answer: ServerAnswer, input: JsonObject) {
  const { columns, rows, changed } = answer;
  const [options = {}] = objects({ options: [input.resultSetOptions] }, 'options');
  const wanted: ReturnTypes = {
    longs: options.longReturnType === 'STRING' ? 'STRING' : 'LONG',
    decimals: options.decimalReturnType === 'DOUBLE_OR_LONG' ? 'DOUBLE_OR_LONG' : 'STRING',
  };
  const enums = await connection.enumsAmong(columns.map(({ type }) => type).filter((type) => type >= 16_384));
  const records = rows.map((row) => {
    const bytes = row.reduce((sum, value) => sum + Buffer.byteLength(value ?? ''), 0);
    if (bytes > ROW_BYTES) throw tooLarge('Packet for query is too large');
    return columns.map(({ type }, index) =>
      fieldOf(row[index] ?? null, type, wanted, (each) => enums.has(each)),
    );
  });
  return {
    numberOfRecordsUpdated: changed,
    ...(columns.length === 0 ? {} : { records }),
    ...(columns.length > 0 && input.includeResultMetadata === true
      ? { columnMetadata: columns.map(({ name }) => ({ name, label: name })) }
      : {}),
  };
}

const tooLarge = (message: string): AwsError => new AwsError('UnsupportedResultException', message);
