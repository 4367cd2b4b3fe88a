import { createHash } from 'node:crypto';
import type { App } from '../src/app/app.ts';
import type { Clock } from '../src/app/ports/clock.ts';
import { type Effects, plainEffects } from '../src/app/ports/effects.ts';
import type { Metrics } from '../src/app/ports/metrics.ts';
import { type AwsClients, openClients } from '../src/aws/clients.ts';
import { lazyPort } from '../src/aws/lazy-port.ts';
import { jsonLog } from '../src/aws/log.ts';
import { embeddedMetrics, silentMetrics } from '../src/aws/metrics.ts';
import { FatalError } from '../src/core/errors.ts';
import { targetsSchema } from '../src/core/target.ts';
import { createEngines } from '../src/engines/registry.ts';
import { readMigrations } from '../src/formats/read-migrations.ts';
import { faultsFromEnvironment } from './faults.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Wall-clock time. */
const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

/** Kept for the life of a warm container: opening connections to AWS anew costs every invocation. */
let clients: AwsClients | null = null;

function warmClients(): AwsClients {
  clients ??= openClients();
  return clients;
}

/** Puts the ports together for the handlers, and for the command line, from the same settings. */
export function composeApp(
  environment: Environment = process.env,
  clock: Clock = systemClock,
  aws?: AwsClients,
): App {
  const use = aws ?? warmClients();
  const effects: Effects = faultsFromEnvironment(environment) ?? plainEffects;
  const random = Math.random;
  return {
    engineFor: createEngines({
      effects,
      clock,
      dataApi: lazyPort(async () =>
        (await import('../src/aws/data-api.ts')).rdsDataApi({ client: await use.rdsData(), clock }),
      ),
    }),
    migrations: { read: readMigrations },
    store: lazyPort(async () =>
      (await import('../src/aws/run-store/run-store.ts')).dynamoRunStore({
        client: await use.dynamodb(),
        table: setting(environment, 'LOCKKEEPER_TABLE'),
        clock,
        random,
        effects,
      }),
    ),
    artifacts: lazyPort(async () =>
      (await import('../src/aws/artifacts.ts')).s3Artifacts({
        client: await use.s3(),
        bucket: setting(environment, 'LOCKKEEPER_BUCKET'),
        effects,
      }),
    ),
    secrets: lazyPort(async () =>
      (await import('../src/aws/secrets.ts')).secretsManagerSecrets({ client: await use.secrets() }),
    ),
    rds: lazyPort(async () =>
      (await import('../src/aws/rds.ts')).rdsControl({ client: await use.rds(), effects }),
    ),
    clusters: lazyPort(async () =>
      (await import('../src/aws/rds-clusters.ts')).clusterControl({ client: await use.rds(), effects }),
    ),
    notifier: lazyPort(async () =>
      (await import('../src/aws/notifier.ts')).awsNotifier({
        sns: await use.sns(),
        topicArn: setting(environment, 'LOCKKEEPER_TOPIC_ARN'),
        events: await use.events(),
        effects,
      }),
    ),
    executions: lazyPort(async () =>
      (await import('../src/aws/executions.ts')).sfnExecutions({
        client: await use.sfn(),
        onceClient: await use.sfnOnce(),
        migrationMachineArn: setting(environment, 'LOCKKEEPER_MACHINE_ARN'),
        rollbackMachineArn: setting(environment, 'LOCKKEEPER_ROLLBACK_MACHINE_ARN'),
        effects,
      }),
    ),
    clock,
    log: jsonLog({ clock }),
    metrics: metricsFrom(environment, clock),
    random,
    pollSeconds: Number(environment.LOCKKEEPER_POLL_SECONDS ?? 15),
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    targets: targetsSchema.parse(JSON.parse(setting(environment, 'LOCKKEEPER_TARGETS'))),
  };
}

/** Only a deployment has a CloudWatch that reads the log. */
function metricsFrom({ LOCKKEEPER_DEPLOYMENT: deployment }: Environment, clock: Clock): Metrics {
  return deployment === undefined || deployment === ''
    ? silentMetrics
    : embeddedMetrics({ clock, deployment });
}

function setting(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') {
    throw new FatalError(`the setting ${name} is missing`, {
      code: 'bad-configuration',
      remedy: 'deploy the stack again',
    });
  }
  return value;
}
