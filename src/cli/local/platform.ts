import { join } from 'node:path';
import { functions } from '../../../lambdas/catalog.ts';
import { composeApp } from '../../../lambdas/entry.ts';
import type { App } from '../../app/app.ts';
import type { Clock } from '../../app/ports/clock.ts';
import { runTableSchema } from '../../aws/run-store/schema.ts';
import type { Target } from '../../core/target.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/cloud.ts';
import { packageRoot } from '../package-root.ts';
import { machineArn, migrationMachine, readMachines, rollbackMachine } from './machines.ts';

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
  readonly random?: () => number;
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
  const settings = {
    LOCKKEEPER_TABLE: table,
    LOCKKEEPER_BUCKET: bucket,
    LOCKKEEPER_TOPIC_ARN: `arn:aws:sns:us-east-1:000000000000:${topic}`,
    LOCKKEEPER_TARGETS: JSON.stringify(options.targets),
    LOCKKEEPER_MACHINE_ARN: machineArn(migrationMachine),
    LOCKKEEPER_ROLLBACK_MACHINE_ARN: machineArn(rollbackMachine),
  };
  const cloud = await startLocalCloud({
    clock: options.clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    ...(options.rds === undefined ? {} : { rds: options.rds }),
    ...(options.random === undefined ? {} : { random: options.random }),
    functions: Object.fromEntries(
      functions.map((each) => [
        `lockkeeper-${each.name}`,
        {
          bundle: join(root, 'dist', 'lambdas', `${each.name}.cjs`),
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
    topics: [topic],
  });
  const app = composeApp({ ...cloud.environment(), ...settings }, options.clock);
  return { cloud, app, stop: () => cloud.stop() };
}
