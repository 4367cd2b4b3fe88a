import { devNull } from 'node:os';
import { join } from 'node:path';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../app/ports/clock.ts';
import { RealClock } from './clock/real-clock.ts';
import { DynamoDbService } from './dynamodb/service.ts';
import { EventsService } from './events/service.ts';
import { type Faults, startGateway } from './gateway/gateway.ts';
import { StsService } from './gateway/sts.ts';
import {
  createLambdaHosts,
  type LambdaHosts,
  type LambdaHostsOptions,
  type LocalFunction,
} from './lambda/hosts.ts';
import { LambdaService } from './lambda/service.ts';
import { MonitoringService } from './monitoring/service.ts';
import type { RdsOptions } from './rds/fleet.ts';
import { RdsService } from './rds/service.ts';
import { type RdsDataOptions, RdsDataService } from './rds-data/service.ts';
import { S3Service } from './s3/service.ts';
import { SecretsService } from './secrets/service.ts';
import { SnsService } from './sns/service.ts';
import { StatesService } from './states/service.ts';

export interface LocalCloudOptions {
  /** Loopback port; a free one when omitted. */
  readonly port?: number;
  readonly faults?: Faults | undefined;
  /** The machine's clock when omitted. */
  readonly clock?: Clock;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Default `000000000000`. */
  readonly account?: string;
  /** Folder that DynamoDB and S3 keep their data in; in memory when omitted. */
  readonly dataDir?: string;
  readonly rds?: Omit<RdsOptions, 'clock' | 'region' | 'account'>;
  /** Shorter times than those of AWS's Data API. */
  readonly dataApi?: RdsDataOptions['limits'];
  readonly functions?: Readonly<Record<string, LocalFunction>>;
  /** Needed as soon as there are functions. */
  readonly lambda?: Omit<LambdaHostsOptions, 'functions' | 'region' | 'account' | 'environment'>;
  readonly stateMachines?: readonly { readonly name: string; readonly definition: unknown }[];
  /** Further options of the state machine interpreter, e.g. its source of randomness. */
  readonly random?: () => number;
  /** DynamoDB tables to create unless they exist. */
  readonly tables?: readonly CreateTableCommandInput[];
  readonly buckets?: readonly string[];
  /** Those of the buckets that tell EventBridge of each object. */
  readonly eventBuckets?: readonly string[];
  readonly topics?: readonly string[];
}

export interface LocalCloud {
  /** e.g. `http://127.0.0.1:4566` */
  readonly endpoint: string;
  readonly rds: RdsService;
  readonly secrets: SecretsService;
  readonly states: StatesService;
  readonly s3: S3Service;
  readonly sns: SnsService;
  readonly events: EventsService;
  readonly monitoring: MonitoringService;
  readonly lambda: LambdaHosts;
  /** ARNs of the state machines and topics created at the start, by name. */
  readonly stateMachineArns: Readonly<Record<string, string>>;
  readonly topicArns: Readonly<Record<string, string>>;
  /**
   * Variables that lead SDKs and the `aws` command here, and keep them from the user's own account. Version 1
   * of the `aws` command ignores them for `aws rds` in us-east-1: give it `--endpoint-url` as well.
   */
  environment(): Record<string, string>;
  /** Ends everything: processes, database servers and their data. */
  stop(): Promise<void>;
}

/** Lambda's longest timeout. */
const LONGEST_FUNCTION_MS = 900_000;

/**
 * Starts AWS as far as the project needs it, behind one loopback port. What was started is stopped again
 * when a later part fails.
 */
export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const { clock = new RealClock(), region = 'us-east-1', account = '000000000000' } = options;
  const place = { region, account };
  const folder = (name: string) => (options.dataDir === undefined ? undefined : join(options.dataDir, name));
  const started: { stop(): Promise<void> }[] = [];
  const keep = <T extends { stop(): Promise<void> }>(part: T): T => {
    started.push(part);
    return part;
  };
  const stop = async () => {
    for (let part = started.pop(); part; part = started.pop()) await part.stop();
  };
  try {
    const rds = keep(await RdsService.open({ ...options.rds, ...place, clock }));
    const dynamodb = keep(
      await DynamoDbService.open({ region, folder: folder('dynamodb'), tables: options.tables ?? [] }),
    );
    let endpoint = '';
    const environment = () => environmentOf(endpoint, region);
    const lambda = keep(startLambda(options, place, environment));
    const secrets = new SecretsService({
      ...place,
      clock,
      setDatabasePassword: ({ instanceIdentifier, user }, password) =>
        rds.instance(instanceIdentifier).setPassword(user, password),
    });
    const rdsData = keep(
      new RdsDataService({
        clock,
        cluster: (arn) => rds.dataApiOf(arn),
        secret: (arn) => secrets.currentOf(arn),
        limits: options.dataApi,
      }),
    );
    const events = new EventsService({ ...place, clock, functions: lambda });
    const s3 = new S3Service({
      clock,
      folder: folder('s3'),
      onCreated: (bucket, object) => {
        if (options.eventBuckets?.includes(bucket) !== true) return;
        events.publish('aws.s3', 'Object Created', { version: '0', bucket: { name: bucket }, object });
      },
    });
    for (const bucket of options.buckets ?? []) await s3.createBucket(bucket);
    const sns = new SnsService(place);
    const monitoring = new MonitoringService({ ...place, clock });
    const states = new StatesService({
      ...place,
      clock,
      invoker: lambda,
      // An unknown function is refused when it is invoked, whatever its timeout.
      functionTimeoutMs: (name) => lambda.timeoutMs(name) ?? LONGEST_FUNCTION_MS,
      ...(options.random ? { random: options.random } : {}),
    });
    keep({ stop: () => states.close() });
    // Before the executions are stopped, which would have it invoke functions.
    keep({ stop: () => events.close() });
    states.onStatusChange((detail) =>
      events.publish('aws.states', 'Step Functions Execution Status Change', { ...detail }),
    );
    const services = [rds, rdsData, dynamodb, secrets, s3, sns, events, monitoring, states];
    const gateway = await startGateway({
      port: options.port,
      faults: options.faults,
      services: [...services, new LambdaService(lambda), new StsService(account)],
    });
    keep({ stop: gateway.close });
    endpoint = gateway.endpoint;
    return {
      endpoint,
      rds,
      secrets,
      states,
      s3,
      sns,
      events,
      monitoring,
      lambda,
      stateMachineArns: Object.fromEntries(
        (options.stateMachines ?? []).map((machine) => [machine.name, states.createStateMachine(machine)]),
      ),
      topicArns: Object.fromEntries((options.topics ?? []).map((name) => [name, sns.createTopic(name)])),
      environment,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startLambda(
  options: LocalCloudOptions,
  place: { region: string; account: string },
  environment: () => Record<string, string>,
): LambdaHosts {
  const { functions = {}, lambda } = options;
  if (!lambda && Object.keys(functions).length > 0) {
    throw new TypeError('functions need the option lambda, which says where the host script is');
  }
  return createLambdaHosts({ hostScript: '', mode: 'warm', ...lambda, ...place, functions, environment });
}

function environmentOf(endpoint: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    // The SDK would write its advice about Node versions into the log of every function.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    // The user's own profiles stay out of it.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
}
