import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../app/ports/clock.ts';
import type { Effects } from '../../app/ports/effects.ts';
import type { PartitionProgress, RunEvent, RunStore } from '../../app/ports/run-store.ts';
import { Leases } from './leases.ts';
import { Runs } from './runs.ts';
import { eventKey, eventPrefix, partitionKey, partitionPrefix, runKey } from './schema.ts';
import { startsIn } from './starts.ts';
import { type Item, Table } from './table.ts';
import { Tokens } from './tokens.ts';

export const openDynamoDb = (settings: DynamoDBClientConfig): DynamoDBClient => new DynamoDBClient(settings);

export interface DynamoRunStoreOptions {
  readonly client: DynamoDBClient;
  /** Name of a table of the shape `runTableSchema`. */
  readonly table: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly effects: Effects;
}

/** An item holds 400 KB; a text for a person needs a fraction of it. */
const TEXT_LIMIT = 16_000;

/**
 * The run store in one DynamoDB table. Reads are consistent but for `listRuns`, which reads an index and may
 * miss the last moments. Throws RetryableError when DynamoDB is busy or away, FatalError when it refuses.
 */
export function dynamoRunStore({
  client,
  table: name,
  clock,
  random,
  effects,
}: DynamoRunStoreOptions): RunStore {
  const table = new Table(client, name, effects);
  const suffix = uniqueSuffix(clock, random);
  const runs = new Runs(table, clock);
  const leases = new Leases(table);
  const tokens = new Tokens(table);
  return {
    createRun: (record) => runs.create(record),
    getRun: (runId) => runs.get(runId),
    listRuns: (target, limit) => runs.list(target, limit),
    updateRun: (runId, patch) => runs.update(runId, patch),
    transition: (runId, to, patch = {}) => runs.transition(runId, to, patch),
    forgetAnnounced: (runId, last) => runs.forgetAnnounced(runId, last),

    addEvent: (runId, event) =>
      table.put(
        eventKey(runId, `${sortableTime(event.at)}#${suffix()}`),
        { ...event, text: cut(event.text) },
        ['event', event.kind, event.step ?? []].flat().join(' '),
      ),
    listEvents: async (runId) =>
      (await table.list(runKey(runId).pk, eventPrefix)).map((item) => plain<RunEvent>(item)),

    putPartition: (runId, progress) =>
      table.put(partitionKey(runId, progress.partition), progress, `progress of ${progress.partition}`),
    getPartition: async (runId, partition) => {
      const item = await table.get(partitionKey(runId, partition));
      return item === null ? null : plain<PartitionProgress>(item);
    },
    listPartitions: async (runId) =>
      (await table.list(runKey(runId).pk, partitionPrefix)).map((item) => plain<PartitionProgress>(item)),

    readLease: (target) => leases.read(target),
    takeLease: (lease, over) => leases.take(lease, over),
    renewLease: (lease, expiresAt) => leases.renew(lease, expiresAt),
    releaseLease: (target, runId) => leases.release(target, runId),

    putToken: (runId, gate, slot, token) => tokens.put(runId, gate, slot, token),
    listTokens: (runId, gate) => tokens.list(runId, gate),
    dropToken: (runId, gate, slot, token) => tokens.drop(runId, gate, slot, token),

    ...startsIn(table),
  };
}

/**
 * Sorts in the order of the calls within one process, and by the clock between processes; the random part
 * keeps those of one millisecond apart.
 */
function uniqueSuffix(clock: Pick<Clock, 'now'>, random: () => number): () => string {
  let calls = 0;
  return () => {
    const time = clock.now().toString(36).padStart(9, '0');
    const order = (calls++).toString(36).padStart(6, '0');
    const noise = Math.floor(random() * 36 ** 8)
      .toString(36)
      .padStart(8, '0');
    return `${time}-${order}-${noise}`;
  };
}

/** One spelling for one instant, so that texts sort as times do. */
function sortableTime(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : new Date(time).toISOString();
}

const cut = (text: string): string =>
  text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT - 1)}…`;

function plain<Value>(item: Item): Value {
  const { pk: _pk, sk: _sk, ...fields } = item;
  return fields as Value;
}
