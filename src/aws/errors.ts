import {
  AmbiguousError,
  type ErrorClass,
  FatalError,
  LockkeeperError,
  RetryableError,
} from '../core/errors.ts';

interface Meaning {
  readonly class: Exclude<ErrorClass, 'ambiguous'>;
  readonly code: string;
  readonly remedy?: string;
}

const retryable = (code: string): Meaning => ({ class: 'retryable', code });
const fatal = (code: string, remedy: string): Meaning => ({ class: 'fatal', code, remedy });

const throttled = retryable('throttled');
const unavailable = retryable('service-unavailable');
const credentials = fatal(
  'aws-credentials',
  'check the credentials and the clock of this machine: AWS did not accept the signature',
);
const denied = fatal('access-denied', 'grant the action named in the message to the role this runs with');
const key = fatal('kms-key', 'check that the KMS key is enabled and that the role may use it');
const missing = (what: string) => fatal('not-found', `check the name, account and Region of the ${what}`);

/**
 * What the errors of AWS mean for the caller, by the name they bear in the SDK. `retryable`: the service says
 * that it did nothing, or the state it complains about passes. Names that are not listed are judged by their
 * HTTP status: 5xx and 429 are retryable, everything else is fatal. Errors that are an ordinary answer (no
 * such instance, condition not met, token no longer waited for) are handled where they occur.
 */
export const awsErrors: Readonly<Record<string, Meaning>> = {
  // Every service
  Throttling: throttled,
  ThrottlingException: throttled,
  ThrottledException: throttled,
  TooManyRequestsException: throttled,
  RequestLimitExceeded: throttled,
  SlowDown: throttled,
  InternalError: unavailable,
  InternalFailure: unavailable,
  InternalServerError: unavailable,
  InternalServiceError: unavailable,
  InternalServiceErrorException: unavailable,
  InternalException: unavailable,
  ServiceUnavailable: unavailable,
  ServiceUnavailableException: unavailable,
  AccessDenied: denied,
  AccessDeniedException: denied,
  AuthorizationErrorException: denied,
  CredentialsProviderError: credentials,
  ExpiredToken: credentials,
  ExpiredTokenException: credentials,
  InvalidClientTokenId: credentials,
  InvalidSignatureException: credentials,
  SignatureDoesNotMatch: credentials,
  UnrecognizedClientException: credentials,

  // DynamoDB
  ProvisionedThroughputExceededException: throttled,
  TransactionConflictException: retryable('write-conflict'),
  ResourceNotFoundException: missing('table or secret'),

  // S3
  NoSuchBucket: missing('bucket'),

  // Secrets Manager: KMS refuses, or the secret is marked for deletion
  DecryptionFailure: key,
  InvalidRequestException: fatal('secret-unusable', 'check that the secret is not marked for deletion'),

  // Step Functions
  ExecutionLimitExceeded: throttled,
  KmsThrottlingException: throttled,
  KmsAccessDeniedException: key,
  KmsInvalidStateException: key,
  StateMachineDoesNotExist: missing('state machine'),
  StateMachineDeleting: fatal('state-machine-deleting', 'wait for the deployment to end, then start again'),
  InvalidArn: fatal('invalid-arn', 'check the ARN'),
  InvalidName: fatal(
    'invalid-name',
    'execution names have at most 80 letters, digits, hyphens and underscores',
  ),

  // SNS
  NotFoundException: missing('topic, cluster or secret'),
  EndpointDisabledException: fatal('endpoint-disabled', 'enable the endpoint of the topic again'),
  KMSThrottlingException: throttled,
  KMSAccessDeniedException: key,
  KMSDisabledException: key,

  // RDS
  // The instance or snapshot is busy with something else; that passes, and a deadline bounds the wait.
  InvalidDBInstanceStateFault: retryable('instance-busy'),
  InvalidDBSnapshotStateFault: retryable('snapshot-busy'),
  InsufficientDBInstanceCapacityFault: retryable('no-capacity'),
  DBInstanceNotFoundFault: missing('DB instance'),
  DBSnapshotNotFoundFault: missing('DB snapshot'),
  DBInstanceAlreadyExistsFault: fatal('name-taken', 'rename or remove the other instance'),
  DBSnapshotAlreadyExistsFault: fatal('name-taken', 'remove or rename the other snapshot'),
  SnapshotQuotaExceededFault: fatal(
    'snapshot-quota',
    'delete manual snapshots that are no longer needed, or have the quota raised (100 per Region by default)',
  ),
  InstanceQuotaExceededFault: fatal(
    'instance-quota',
    'a restore needs room for a second instance: have the quota raised, or remove an unused instance',
  ),
  StorageQuotaExceededFault: fatal(
    'storage-quota',
    'a restore needs room for a second copy of the storage: have the quota raised',
  ),
  InvalidDBClusterStateFault: retryable('cluster-busy'),
  InvalidDBClusterSnapshotStateFault: retryable('snapshot-busy'),
  InvalidResourceStateFault: retryable('cluster-busy'),
  InsufficientDBClusterCapacityFault: retryable('no-capacity'),
  DBClusterNotFoundFault: missing('DB cluster'),
  DBClusterSnapshotNotFoundFault: missing('DB cluster snapshot'),
  DBClusterAlreadyExistsFault: fatal('name-taken', 'rename or remove the other cluster'),
  DBClusterSnapshotAlreadyExistsFault: fatal('name-taken', 'remove or rename the other snapshot'),
  DBClusterQuotaExceededFault: fatal(
    'cluster-quota',
    'a restore needs room for a second cluster: have the quota raised, or remove an unused cluster',
  ),
  KMSKeyNotAccessibleFault: key,

  // The Data API
  DatabaseResumingException: retryable('database-resuming'),
  DatabaseNotFoundException: retryable('no-writer'),
  HttpEndpointNotEnabledException: fatal(
    'data-api-off',
    'switch the Data API of the cluster on: aws rds enable-http-endpoint --resource-arn …; after a rename, off and on',
  ),
  ForbiddenException: denied,
  InvalidSecretException: fatal('secret-unusable', 'check that the secret holds a username and a password'),
  SecretsErrorException: fatal(
    'secret-unusable',
    'check that the secret is there, and that the role may read and decrypt it',
  ),
  // Whether the statement had reached the database is not said.
  DatabaseErrorException: unavailable,
  DatabaseUnavailableException: unavailable,
  ServiceUnavailableError: unavailable,
  InternalServerErrorException: unavailable,
};

/** Node's words for a request that never reached the service. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** Those for a reply that never came back. */
const replyLost = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
  'AbortError',
  'RequestTimeout',
]);

export interface CallKind {
  /** For the message, e.g. `reading the secret app/db`; never a value. */
  readonly doing: string;
  /**
   * Whether making the call twice is the same as making it once. Where it is not, a lost reply is an
   * AmbiguousError instead of a RetryableError.
   */
  readonly repeatable: boolean;
}

/**
 * Runs a call and turns the SDK's error into one of ours, with the original as its cause. What does not come
 * from the SDK passes unchanged.
 */
export async function callAws<Result>(kind: CallKind, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw fromAws(error, kind);
  }
}

export function fromAws(error: unknown, kind: CallKind): unknown {
  if (!(error instanceof Error) || error instanceof LockkeeperError) return error;
  const name = awsErrorName(error);
  const words = [name, networkCode(error)];
  const status = httpStatus(error);
  const message = `${kind.doing}: ${name}: ${error.message}`;

  if (words.some((word) => neverSent.has(word))) {
    const remedy = 'check the network, the Region and AWS_ENDPOINT_URL';
    return new RetryableError(`${kind.doing}: AWS cannot be reached (${error.message})`, {
      code: 'aws-unreachable',
      remedy,
      cause: error,
    });
  }
  if (words.some((word) => replyLost.has(word))) return lostReply(error, kind);
  const meaning = awsErrors[name];
  if (meaning === undefined) {
    if (status === null) return error;
    if (status < 500 && status !== 429) return new FatalError(message, { code: 'aws-error', cause: error });
    return status === 429 || kind.repeatable
      ? new RetryableError(message, { code: 'service-unavailable', cause: error })
      : new AmbiguousError(message, { code: 'service-unavailable', cause: error });
  }
  if (meaning === unavailable && !kind.repeatable) {
    return new AmbiguousError(message, { code: meaning.code, cause: error });
  }
  const details = { code: meaning.code, cause: error };
  if (meaning.class === 'retryable') return new RetryableError(message, details);
  return new FatalError(
    message,
    meaning.remedy === undefined ? details : { ...details, remedy: meaning.remedy },
  );
}

/** The name of an SDK error, or an empty text for anything else. */
export const awsErrorName = (error: unknown): string => (error instanceof Error ? error.name : '');

function lostReply(error: Error, kind: CallKind): LockkeeperError {
  const message = `${kind.doing}: the reply was lost (${error.message})`;
  const details = { code: 'reply-lost', cause: error };
  return kind.repeatable ? new RetryableError(message, details) : new AmbiguousError(message, details);
}

function httpStatus(error: Error): number | null {
  const metadata: unknown = Reflect.get(error, '$metadata');
  if (typeof metadata !== 'object' || metadata === null) return null;
  const status: unknown = Reflect.get(metadata, 'httpStatusCode');
  return typeof status === 'number' ? status : null;
}

function networkCode(error: Error): string {
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : '';
}
