import { join } from 'node:path';
import { functions } from '../../../lambdas/catalog.ts';
import { composeApp } from '../../../lambdas/entry.ts';
import type { App } from '../../app/app.ts';
import type { Clock } from '../../app/ports/clock.ts';
import { openClients } from '../../aws/clients.ts';
import { runTableSchema } from '../../aws/run-store/schema.ts';
import type { Target } from '../../core/target.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/cloud.ts';
import { packageRoot } from '../package-root.ts';
import { functionArn, machineArn, migrationMachine, readMachines, rollbackMachine } from './machines.ts';
import { addRules } from './rules.ts';

export interface PlatformOptions {
  readonly targets: readonly Target[];
  readonly clock: Clock;
  /** Folder for the run store and the evidence; in memory when omitted. */
  readonly dataDir?: string;
  readonly rds?: LocalCloudOptions['rds'];
  readonly lambda?: Partial<NonNullable<LocalCloudOptions['lambda']>>;
  /** Further variables of the functions, e.g. to place faults in tests. */
  readonly functionEnvironment?: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly faults?: LocalCloudOptions['faults'];
  readonly random?: () => number;
  /** The rules of a deployment as well: events start runs, and the janitor comes. Default: nobody listens. */
  readonly rules?: boolean;
}

/** The deployed system on this machine: the same machines, handlers and adapters, behind the local cloud. */
export interface Platform {
  readonly cloud: LocalCloud;
  /** The ports, speaking to the local cloud as they speak to AWS. */
  readonly app: App;
  stop(): Promise<void>;
}

const table = 'lockkeeper-runs';
const bucket = 'lockkeeper-evidence';
const topic = 'lockkeeper';

export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const root = packageRoot();
  const settings = localSettings(options.targets);
  const cloud = await startLocalCloud({
    clock: options.clock,
    faults: options.faults,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    ...(options.rds === undefined ? {} : { rds: options.rds }),
    ...(options.random === undefined ? {} : { random: options.random }),
    functions: Object.fromEntries(
      functions.map((each) => [
        `lockkeeper-${each.name}`,
        {
          bundle: join(root, 'dist', 'lambdas', `${each.name}.mjs`),
          timeoutMs: each.timeoutSeconds * 1000,
          memoryMb: each.memoryMb,
          environment: { ...settings, ...options.functionEnvironment },
        },
      ]),
    ),
    lambda: {
      hostScript: join(root, 'dist', 'local', 'lambda-host.cjs'),
      mode: 'warm',
      maxConcurrency: 8,
      ...options.lambda,
    },
    stateMachines: await readMachines(root),
    tables: [{ TableName: table, ...runTableSchema }],
    buckets: [bucket],
    ...(options.rules === true ? { eventBuckets: [bucket] } : {}),
    topics: [topic],
  });
  try {
    if (options.rules === true) {
      const names = {
        Bucket: bucket,
        MigrationMachine: machineArn(migrationMachine),
        RollbackMachine: machineArn(rollbackMachine),
      };
      addRules(cloud.events, names, functionArn);
    }
    const { app, close } = connectLocally(cloud.endpoint, options.targets, options.clock);
    return {
      cloud,
      app,
      async stop() {
        close();
        await cloud.stop();
      },
    };
  } catch (error) {
    // What is up would keep this process from ending.
    await cloud.stop();
    throw error;
  }
}

/** The ports on a local cloud that is up, be it in this process or in another. */
export function connectLocally(
  endpoint: string,
  targets: readonly Target[],
  clock: Clock,
): { readonly app: App; close(): void } {
  const clients = openClients({
    at: { endpoint, region: 'us-east-1', accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return { app: composeApp(localSettings(targets), clock, clients), close: () => clients.close() };
}

/** What the deployment puts into the functions' environment, for this machine. */
function localSettings(targets: readonly Target[]): Record<string, string> {
  return {
    LOCKKEEPER_TABLE: table,
    LOCKKEEPER_BUCKET: bucket,
    LOCKKEEPER_TOPIC_ARN: `arn:aws:sns:us-east-1:000000000000:${topic}`,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    // Databases on this machine are quick: no need to look as seldom as at RDS.
    LOCKKEEPER_POLL_SECONDS: '1',
    LOCKKEEPER_TARGETS: JSON.stringify(targets),
    LOCKKEEPER_MACHINE_ARN: machineArn(migrationMachine),
    LOCKKEEPER_ROLLBACK_MACHINE_ARN: machineArn(rollbackMachine),
  };
}
