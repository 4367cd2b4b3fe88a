import {
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  type ExecuteStatementCommandOutput,
  type Field,
  RDSDataClient,
  type RDSDataClientConfig,
  RollbackTransactionCommand,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import type { Clock } from '../app/ports/clock.ts';
import type { DataApi, DataApiAnswer, DataApiPlace, DataApiStatement } from '../app/ports/data-api.ts';
import { FatalError } from '../core/errors.ts';
import { awsErrorName, callAws } from './errors.ts';

/** Beyond the 45 s after which the Data API itself answers that a statement takes too long. */
export const DATA_API_REQUEST_MS = 60_000;

/** A paused database is up again within half a minute, as a rule. */
const resumeWaitsMs = [1_000, 2_000, 4_000, 8_000, 15_000];

export const openDataApi = (settings: RDSDataClientConfig): RDSDataClient => new RDSDataClient(settings);

/** @param client makes a single attempt at each call: one that the SDK repeats might be done twice */
export function rdsDataApi({
  client,
  clock,
}: {
  readonly client: RDSDataClient;
  readonly clock: Clock;
}): DataApi {
  const call = async <Result>(
    doing: string,
    signal: AbortSignal | undefined,
    send: () => Promise<Result>,
  ): Promise<Result> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await callAws({ doing, repeatable: false }, send);
      } catch (error) {
        const waitMs = resumeWaitsMs[attempt];
        // Such a request was cancelled before it reached the database: it may be made again, whatever it is.
        if (!isResuming(error) || waitMs === undefined) throw error;
        await clock.sleep(waitMs, signal);
      }
    }
  };
  return {
    async begin(place, signal) {
      const { transactionId } = await call('beginning a transaction over the Data API', signal, () =>
        client.send(new BeginTransactionCommand(addressOf(place))),
      );
      if (transactionId !== undefined) return transactionId;
      throw new FatalError('the Data API named no transaction', { code: 'aws-error' });
    },

    execute: (place, statement, signal) =>
      answered(async () =>
        rowsOf(
          await call('running a statement over the Data API', signal, () =>
            client.send(new ExecuteStatementCommand(inputOf(place, statement))),
          ),
        ),
      ),

    commit: ({ clusterArn: resourceArn, secretArn }, transactionId) =>
      answered(async () => {
        await call('committing over the Data API', undefined, () =>
          client.send(new CommitTransactionCommand({ resourceArn, secretArn, transactionId })),
        );
        return done;
      }),

    rollBack: ({ clusterArn: resourceArn, secretArn }, transactionId) =>
      answered(async () => {
        await call('rolling back over the Data API', undefined, () =>
          client.send(new RollbackTransactionCommand({ resourceArn, secretArn, transactionId })),
        );
        return done;
      }),
  };
}

const done: DataApiAnswer = { kind: 'rows', rows: [] };

const addressOf = ({ clusterArn, secretArn, database }: DataApiPlace) => ({
  resourceArn: clusterArn,
  secretArn,
  database,
});

const inputOf = (
  place: DataApiPlace,
  { sql, values = {}, transaction, continueAfterTimeout }: DataApiStatement,
) => ({
  ...addressOf(place),
  sql,
  parameters: Object.entries(values).map(([name, value]) => parameter(name, value)),
  includeResultMetadata: true,
  // JavaScript's numbers would lose the last digits of both.
  resultSetOptions: { longReturnType: 'STRING', decimalReturnType: 'STRING' } as const,
  ...(transaction === undefined ? {} : { transactionId: transaction }),
  ...(continueAfterTimeout === undefined ? {} : { continueAfterTimeout }),
});

function parameter(name: string, value: string | number | boolean | null): SqlParameter {
  if (value === null) return { name, value: { isNull: true } };
  switch (typeof value) {
    case 'string':
      return { name, value: { stringValue: value } };
    case 'boolean':
      return { name, value: { booleanValue: value } };
    default:
      return { name, value: Number.isInteger(value) ? { longValue: value } : { doubleValue: value } };
  }
}

function rowsOf({ columnMetadata = [], records = [] }: ExecuteStatementCommandOutput): DataApiAnswer {
  const names = columnMetadata.map(({ label, name }) => label ?? name ?? '');
  return {
    kind: 'rows',
    rows: records.map((record) =>
      Object.fromEntries(record.map((field, index) => [names[index] ?? '', textOf(field)])),
    ),
  };
}

function textOf(field: Field): string | null {
  if (field.stringValue !== undefined) return field.stringValue;
  if (field.booleanValue !== undefined) return field.booleanValue ? 't' : 'f';
  if (field.longValue !== undefined) return String(field.longValue);
  if (field.doubleValue !== undefined) return String(field.doubleValue);
  return null;
}

/** What the database itself says is an answer. */
async function answered(ask: () => Promise<DataApiAnswer>): Promise<DataApiAnswer> {
  try {
    return await ask();
  } catch (error) {
    const answer = error instanceof Error ? answerIn(error.cause) : null;
    if (answer === null) throw error;
    return answer;
  }
}

function answerIn(error: unknown): DataApiAnswer | null {
  if (!(error instanceof Error)) return null;
  switch (awsErrorName(error)) {
    case 'StatementTimeoutException':
      return { kind: 'timed-out' };
    case 'TransactionNotFoundException':
      return { kind: 'no-transaction' };
    case 'DatabaseErrorException':
    case 'BadRequestException':
    case 'UnsupportedResultException':
      return databaseAnswer(error.message);
    default:
      return null;
  }
}

/** `ERROR: relation "x" does not exist; Position: 15; SQLState: 42P01` */
const refusal = /^(?:[A-Z]+: )?(.*?)(?:;? *Position: \d+)?;? *SQLState: ([0-9A-Z]{5})\s*$/s;
const tooLarge = /response size limit|too large/i;

function databaseAnswer(message: string): DataApiAnswer | null {
  if (tooLarge.test(message)) return { kind: 'too-large' };
  const [, words, sqlState] = refusal.exec(message) ?? [];
  return words === undefined || sqlState === undefined ? null : { kind: 'refused', sqlState, message: words };
}

const isResuming = (error: unknown): boolean =>
  error instanceof Error && awsErrorName(error.cause) === 'DatabaseResumingException';
