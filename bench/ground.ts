import { randomBytes, randomUUID } from 'node:crypto';
import { storeBundle } from '../src/app/bundle.ts';
import { answerGate } from '../src/app/gates.ts';
import { readRun } from '../src/app/history.ts';
import type { RunRecord } from '../src/app/ports/run-store.ts';
import { type Platform, startPlatform } from '../src/cli/local/platform.ts';
import type { RunId } from '../src/core/ids.ts';
import type { Target } from '../src/core/target.ts';
import { RealClock } from '../src/local/clock/real-clock.ts';
import type { BenchClient, BenchDatabase, BenchLogin } from './databases.ts';

/** One database server on which everything of a benchmark is measured, and Lockkeeper beside it. */
export interface Ground {
  readonly platform: Platform;
  readonly database: BenchDatabase;
  readonly config: BenchLogin;
  readonly query: BenchClient['query'];
  /** Peak memory in MB of the processes that ran slices since the last call. */
  takePeakMb(): number;
  close(): Promise<void>;
}

const target = 'bench';

export async function openGround(database: BenchDatabase): Promise<Ground> {
  const clock = new RealClock();
  const password = randomBytes(12).toString('hex');
  let peakMb = 0;
  // Host and port are known once the server is up; the target refers to its secret for them.
  const targets: readonly Target[] = [
    { name: target, engine: database.engine, secret: target, database: target, tls: 'off', restore: 'ask' },
  ];
  const platform = await startPlatform({
    targets,
    clock,
    rds: { serverSettings: { [database.rdsEngine]: database.settings } },
    lambda: {
      mode: 'own',
      onLog: (name, line) => {
        const used = /Max Memory Used: (\d+) MB/.exec(line)?.[1];
        if (name === 'lockkeeper-slice' && used !== undefined) peakMb = Math.max(peakMb, Number(used));
      },
    },
  });
  const instance = await platform.cloud.rds.createInstance({
    identifier: target,
    engine: database.rdsEngine,
    masterUsername: 'bench',
    masterPassword: password,
    dbName: target,
  });
  const port = instance.serverPort;
  platform.cloud.secrets.create(target, {
    username: 'bench',
    password,
    host: '127.0.0.1',
    port,
    dbname: target,
  });
  const config = { host: '127.0.0.1', port, user: 'bench', password, database: target };
  const client = await database.open(config);
  return {
    platform,
    database,
    config,
    query: (sql) => client.query(sql),
    takePeakMb() {
      const peak = peakMb;
      peakMb = 0;
      return peak;
    },
    async close() {
      await client.end();
      await platform.stop();
    },
  };
}

/** A fresh table of so many rows. */
export async function layTable({ database, query }: Ground, rows: number): Promise<void> {
  for (const statement of database.tableOf(rows)) await query(statement);
}

export interface BackfillSettings {
  readonly workers: number;
  readonly pace: number;
  /** False: without the triggers that keep rows current which are written meanwhile. */
  readonly keepCurrent?: boolean;
}

export interface BackfillFigures {
  readonly rows: number;
  /** From the moment the partitions were cut to the last batch. */
  readonly seconds: number;
  readonly batches: number;
}

/** One backfill of the whole table through the shipped machines and the bundled handlers. */
export async function backfill(ground: Ground, settings: BackfillSettings): Promise<BackfillFigures> {
  const { runId } = await migrate(ground, manifest(settings));
  const { partitions } = await readRun(ground.platform.app, runId);
  const seconds = await secondsBetween(ground, runId, [
    (text) => text.endsWith('partitions to do'),
    (text) => text.endsWith('→ validating'),
  ]);
  return {
    rows: partitions.reduce((sum, partition) => sum + partition.rowsVisited, 0),
    seconds: seconds[0] ?? Number.NaN,
    batches: partitions.reduce((sum, partition) => sum + partition.batches, 0),
  };
}

/** Runs a manifest to its end. */
export async function migrate(
  ground: Ground,
  text: string,
  atTheGate?: (run: RunRecord) => Promise<void>,
): Promise<RunRecord> {
  const { app, cloud } = ground.platform;
  const bundle = await storeBundle(app, target, [{ path: 'V1__change.yaml', text }]);
  const executionArn = await app.executions.start(
    { target, migration: '1', bundle, acceptRisk: { by: 'the benchmark', reason: 'its own table' } },
    `bench-${randomUUID()}`,
  );
  const ended = cloud.states.waitForExecution(executionArn);
  const read = async () =>
    (await app.store.listRuns(target, 5)).find((each) => each.executionArn === executionArn);
  if (atTheGate !== undefined) {
    let over = false;
    void ended.then(() => {
      over = true;
    });
    for (;;) {
      const run = await read();
      if (run?.status === 'awaiting-contract') {
        await atTheGate(run);
        await answerGate(app, run.runId, 'contract', { answer: 'approved', by: 'the benchmark' });
        break;
      }
      if (over) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const execution = await ended;
  const run = await read();
  if (run === undefined || execution.status !== 'SUCCEEDED') {
    throw new Error(`the run ended ${execution.status}: ${execution.cause ?? ''}`);
  }
  return run;
}

/** Seconds from each event of a run to the next, each the first of its kind after the one before it. */
export async function secondsBetween(
  { platform }: Ground,
  runId: RunId,
  kinds: readonly ((text: string) => boolean)[],
): Promise<readonly number[]> {
  const { events } = await readRun(platform.app, runId);
  const times: number[] = [];
  let from = 0;
  for (const kind of kinds) {
    const index = events.findIndex((event, place) => place >= from && kind(event.text));
    if (index < 0) throw new Error(`run ${runId} has no such event: ${kind}`);
    times.push(Date.parse(events[index]?.at ?? ''));
    from = index + 1;
  }
  return times.slice(1).map((time, index) => (time - (times[index] ?? Number.NaN)) / 1000);
}

const manifest = ({ workers, pace, keepCurrent = true }: BackfillSettings): string => `
expand: []
rollback: { policy: none }
snapshot: never
backfill:
  - table: accounts
    set: { verified: "NOT pending" }
    where: "verified IS NULL"
    parallelism: ${workers}
    pace: ${pace}
    keep_current: ${keepCurrent}
`;

/** The limit that backfills are compared with: the same change as one statement. */
export const oneUpdate = (ground: Ground): Promise<number> =>
  secondsOf(ground, 'UPDATE accounts SET verified = NOT pending WHERE verified IS NULL');

export async function secondsOf({ query }: Ground, statement: string): Promise<number> {
  const startedAt = performance.now();
  await query(statement);
  return (performance.now() - startedAt) / 1000;
}
