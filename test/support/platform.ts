import {
  DeleteDBClusterCommand,
  DeleteDBClusterSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { storeBundle } from '../../src/app/bundle.ts';
import type { RunRecord } from '../../src/app/ports/run-store.ts';
import { machineArn, migrationMachine } from '../../src/cli/local/machines.ts';
import { type Platform, startPlatform } from '../../src/cli/local/platform.ts';
import type { SqlSource } from '../../src/core/migration.ts';
import type { Target } from '../../src/core/target.ts';
import { VirtualClock } from '../../src/local/clock/virtual-clock.ts';
import type { LocalCloudOptions } from '../../src/local/cloud.ts';
import type { LambdaHostsOptions } from '../../src/local/lambda/hosts.ts';
import type { Delays } from '../../src/local/rds/fleet.ts';
import { postgresDatabase, type WorldClient, type WorldDatabase } from './world-database.ts';

/** What a test does to the invocations of the run at hand. */
export interface Interference {
  readonly faults?: LambdaHostsOptions['faults'];
  readonly onDelivered?: LambdaHostsOptions['onDelivered'];
  /** What AWS answers to the functions; the test's own calls are spared. */
  readonly aws?: NonNullable<LocalCloudOptions['faults']>;
}

export interface WorldOptions {
  readonly target?: Partial<Target>;
  /** PostgreSQL when omitted. */
  readonly database?: WorldDatabase;
  readonly lambda?: Partial<LambdaHostsOptions>;
  /** An Aurora cluster `main` with a writer and a reader, instead of an instance. */
  readonly cluster?: true;
  /** What RDS takes beside the real work, milliseconds of the virtual clock. */
  readonly delays?: Partial<Delays>;
  /** The rules of a deployment as well. */
  readonly rules?: boolean;
  /** Makes what is in the database when a run begins. */
  readonly schema: string;
}

/** How an execution of the migration machine ended. */
export interface Ended {
  readonly executionArn: string;
  /** The machine's own word: SUCCEEDED or FAILED. */
  readonly status: string;
  readonly error: string | undefined;
  readonly run: RunRecord;
}

/**
 * The shipped state machines and handlers on a virtual clock, over an RDS instance `main` that is a real
 * database server. One world serves many runs, one after the other.
 */
export interface World {
  readonly platform: Platform;
  readonly clock: VirtualClock;
  readonly target: Target;
  readonly rds: RDSClient;
  /** Every line that any handler wrote. */
  readonly logs: string[];
  /** Makes the database what it is at the beginning and removes what earlier runs left in RDS. */
  fresh(): Promise<void>;
  /** Connects past lockkeeper, as the application would. The caller ends the client. */
  connect(): Promise<WorldClient>;
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  upload(files: readonly SqlSource[]): Promise<string>;
  start(input: Readonly<Record<string, unknown>>): string;
  finish(executionArn: string): Promise<Ended>;
  /** Applies to all deliveries from now on; nothing when called without. */
  interfere(interference?: Interference): void;
  runOf(executionArn: string): Promise<RunRecord | null>;
  stop(): Promise<void>;
}

const masterUsername = 'owner';
const instance = 'main';
const clusterMembers = ['main-1', 'main-2'];
const database = 'app';
let executions = 0;

export async function startWorld(options: WorldOptions): Promise<World> {
  const clock = new VirtualClock(Date.now());
  const logs: string[] = [];
  const password = `master-${Math.random().toString(36).slice(2)}-password`;
  let current: Interference = {};
  const { engine, rdsEngine, settings, open, empty } = options.database ?? postgresDatabase;
  const target: Target = {
    name: 'shop',
    engine,
    secret: 'lockkeeper/shop',
    database,
    ...(options.cluster === true ? { cluster: instance } : { instance }),
    tls: 'off',
    restore: 'automatic',
    ...options.target,
  };
  const platform = await startPlatform({
    targets: [target],
    clock,
    rules: options.rules ?? false,
    functionEnvironment: { AWS_ACCESS_KEY_ID: functionsKey },
    faults: async (request) =>
      request.headers.authorization?.includes(`Credential=${functionsKey}/`) === true
        ? ((await current.aws?.(request)) ?? null)
        : null,
    rds: {
      durability: 'relaxed',
      delays: { rename: 0, ...options.delays },
      serverSettings: { [rdsEngine]: settings },
    },
    lambda: {
      mode: 'warm',
      faults: (delivery) => current.faults?.(delivery),
      onDelivered: (delivery, result) => current.onDelivered?.(delivery, result),
      onLog: (_name, line) => logs.push(line),
      ...options.lambda,
    },
  });
  const { rds, secrets, states } = platform.cloud;
  const client = new RDSClient({
    endpoint: platform.cloud.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    const login = { masterUsername, masterPassword: password, dbName: database };
    if (options.cluster === true) {
      const members = clusterMembers.map((identifier) => ({ identifier }));
      const settings = { HttpEndpointEnabled: true };
      await rds.createCluster({
        identifier: instance,
        engine: 'aurora-postgresql',
        ...login,
        settings,
        members,
      });
    } else {
      await rds.createInstance({ identifier: instance, engine: rdsEngine, ...login });
    }
    secrets.create(target.secret, { username: masterUsername, password, dbInstanceIdentifier: instance });
  } catch (error) {
    await platform.stop();
    throw error;
  }

  async function connect(): Promise<WorldClient> {
    const { host, port } = options.cluster === true ? rds.cluster(instance) : rds.instance(instance);
    const current = secrets.current(target.secret);
    return open({ host, port, user: masterUsername, password: String(current.password), database });
  }

  async function withClient<Result>(use: (client: WorldClient) => Promise<Result>): Promise<Result> {
    const client = await connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  const runOf = async (executionArn: string): Promise<RunRecord | null> =>
    (await platform.app.store.listRuns(target.name, 50)).find((run) => run.executionArn === executionArn) ??
    null;

  return {
    platform,
    clock,
    target,
    rds: client,
    logs,
    connect,
    query: async <Row>(sql: string, values?: readonly unknown[]) =>
      withClient((client) => client.query<Row>(sql, values)),
    async fresh() {
      current = {};
      await removeLeftovers(client);
      await rds.idle();
      await removeClusters(client);
      await rds.idle();
      await withClient(async (client) => {
        await empty(client, database);
        await client.query(options.schema);
      });
    },
    upload: (files) => storeBundle(platform.app, target.name, files),
    start: (input) =>
      states.startExecution({
        stateMachineArn: machineArn(migrationMachine),
        name: `run-${++executions}`,
        input: { target: target.name, ...input },
      }).executionArn,
    async finish(executionArn) {
      const { status, error } = await states.waitForExecution(executionArn);
      const run = await runOf(executionArn);
      if (run === null) throw new Error(`${executionArn} has no run: ${status} ${error}`);
      return { executionArn, status, error, run };
    },
    interfere(interference = {}) {
      current = interference;
    },
    runOf,
    async stop() {
      client.destroy();
      await platform.stop();
    },
  };
}

/** Tells the functions' calls from the test's own. */
const functionsKey = 'functions';

async function removeLeftovers(client: RDSClient): Promise<void> {
  const { DBSnapshots = [] } = await client.send(new DescribeDBSnapshotsCommand({}));
  for (const { DBSnapshotIdentifier } of DBSnapshots) {
    await client.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier }));
  }
  const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({}));
  for (const { DBInstanceIdentifier } of DBInstances) {
    if (DBInstanceIdentifier === instance || clusterMembers.includes(String(DBInstanceIdentifier))) continue;
    await client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
  }
}

/** Once they have no members any more. */
async function removeClusters(client: RDSClient): Promise<void> {
  const { DBClusterSnapshots = [] } = await client.send(new DescribeDBClusterSnapshotsCommand({}));
  for (const { DBClusterSnapshotIdentifier } of DBClusterSnapshots) {
    await client.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier }));
  }
  const { DBClusters = [] } = await client.send(new DescribeDBClustersCommand({}));
  for (const { DBClusterIdentifier } of DBClusters) {
    if (DBClusterIdentifier === instance) continue;
    await client.send(new DeleteDBClusterCommand({ DBClusterIdentifier, SkipFinalSnapshot: true }));
  }
}
