import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';

/** Opened by whoever asks first, and kept: most functions speak to two or three services. */
export interface AwsClients {
  dynamodb(): Promise<DynamoDBClient>;
  s3(): Promise<S3Client>;
  secrets(): Promise<SecretsManagerClient>;
  sfn(): Promise<SFNClient>;
  /** For answers to waiting tasks: never repeats a call by itself. */
  sfnOnce(): Promise<SFNClient>;
  sns(): Promise<SNSClient>;
  events(): Promise<EventBridgeClient>;
  rds(): Promise<RDSClient>;
  /** Never repeats a call by itself. */
  rdsData(): Promise<RDSDataClient>;
  close(): void;
}

export interface ClientOptions {
  /** A reply that takes longer counts as lost. */
  readonly requestTimeoutMs?: number;
  /** Where AWS is, when it is not what this process's own environment says: a local cloud. */
  readonly at?: {
    readonly endpoint: string;
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
}

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 20_000;

/** The SDK's own default; with its back-off about a second of patience. */
const ATTEMPTS = 3;
/** RDS throttles an account's control plane as a whole, also for what others do. */
const RDS_ATTEMPTS = 5;

/**
 * Clients for one process. Region, credentials and endpoint come from the environment in the SDK's own way
 * (`AWS_REGION`, `AWS_ENDPOINT_URL`, …).
 *
 * The SDK repeats a call whose reply was lost, so each port writes in a way that bears it: run-store writes are
 * conditional and recognise their own, snapshots and restores their tag, executions their name and input. The
 * answer to a waiting task does not, since the second try is told that nobody waits: it gets a single attempt.
 */
export function openClients(options: ClientOptions = {}): AwsClients {
  const requestHandler = {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  };
  const { at } = options;
  const place =
    at === undefined
      ? {}
      : {
          endpoint: at.endpoint,
          region: at.region,
          credentials: { accessKeyId: at.accessKeyId, secretAccessKey: at.secretAccessKey },
        };
  const usual = { maxAttempts: ATTEMPTS, requestHandler, ...place };
  const endpoint = at?.endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const opened: Promise<{ destroy(): void }>[] = [];
  function kept<Client extends { destroy(): void }>(open: () => Promise<Client>): () => Promise<Client> {
    let client: Promise<Client> | undefined;
    return () => {
      if (client === undefined) {
        client = open();
        opened.push(client);
      }
      return client;
    };
  }
  return {
    dynamodb: kept(async () => (await import('./run-store/run-store.ts')).openDynamoDb(usual)),
    // A bucket as a host name needs DNS, which an endpoint of one's own rarely has.
    s3: kept(async () =>
      (await import('./artifacts.ts')).openS3({ ...usual, forcePathStyle: endpoint !== undefined }),
    ),
    secrets: kept(async () => (await import('./secrets.ts')).openSecretsManager(usual)),
    sfn: kept(async () => (await import('./executions.ts')).openStepFunctions(usual)),
    sfnOnce: kept(async () =>
      (await import('./executions.ts')).openStepFunctions({ ...usual, maxAttempts: 1 }),
    ),
    sns: kept(async () => (await import('./notifier.ts')).openSns(usual)),
    events: kept(async () => (await import('./notifier.ts')).openEventBridge(usual)),
    rds: kept(async () => (await import('./rds.ts')).openRds({ ...usual, maxAttempts: RDS_ATTEMPTS })),
    rdsData: kept(async () => {
      const { DATA_API_REQUEST_MS, openDataApi } = await import('./data-api.ts');
      const patient = { ...requestHandler, requestTimeout: DATA_API_REQUEST_MS };
      return openDataApi({ ...usual, maxAttempts: 1, requestHandler: patient });
    }),
    close() {
      for (const client of opened) {
        client.then(
          (one) => one.destroy(),
          () => {},
        );
      }
    },
  };
}
