import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';

export interface AwsClients {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly sfn: SFNClient;
  /** For answers to waiting tasks: never repeats a call by itself. */
  readonly sfnOnce: SFNClient;
  readonly sns: SNSClient;
  readonly events: EventBridgeClient;
  readonly rds: RDSClient;
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
  const clients = {
    dynamodb: new DynamoDBClient(usual),
    // A bucket as a host name needs DNS, which an endpoint of one's own rarely has.
    s3: new S3Client({ ...usual, forcePathStyle: endpoint !== undefined }),
    secrets: new SecretsManagerClient(usual),
    sfn: new SFNClient(usual),
    sfnOnce: new SFNClient({ ...usual, maxAttempts: 1 }),
    sns: new SNSClient(usual),
    events: new EventBridgeClient(usual),
    rds: new RDSClient({ ...usual, maxAttempts: RDS_ATTEMPTS }),
  };
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
