import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { Credentials, Secrets } from '../app/ports/cloud.ts';
import { FatalError } from '../core/errors.ts';
import { callAws } from './errors.ts';

export const openSecretsManager = (settings: SecretsManagerClientConfig): SecretsManagerClient =>
  new SecretsManagerClient(settings);

/** Logins in Secrets Manager, fetched anew on each call. */
export function secretsManagerSecrets({ client }: { readonly client: SecretsManagerClient }): Secrets {
  return {
    async current(secretId) {
      const { SecretString, ARN } = await callAws(
        { doing: `reading the secret ${secretId}`, repeatable: true },
        () => client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: 'AWSCURRENT' })),
      );
      const credentials = readCredentials(secretId, SecretString);
      return ARN === undefined ? credentials : { ...credentials, arn: ARN };
    },

    async state(secretId) {
      const { VersionIdsToStages = {}, DeletedDate } = await callAws(
        { doing: `describing the secret ${secretId}`, repeatable: true },
        () => client.send(new DescribeSecretCommand({ SecretId: secretId })),
      );
      // While a rotation is under way, AWSPENDING is on a version that is not yet the current one.
      const rotating = Object.values(VersionIdsToStages).some(
        (stages) => stages.includes('AWSPENDING') && !stages.includes('AWSCURRENT'),
      );
      return { rotating, deletedAt: DeletedDate?.toISOString() ?? null };
    },
  };
}

/**
 * The JSON of a database secret as RDS, the CDK and people write it: `username` and `password`, and unless RDS
 * manages it `host`, `port` (a number or a text), `dbname`. Nothing thrown here may show any of it: not even
 * the parser's message, which quotes what it could not read.
 */
function readCredentials(secretId: string, value: string | undefined): Credentials {
  if (value === undefined) throw unreadable(secretId, 'is binary');
  const fields = parseObject(value);
  if (fields === null) throw unreadable(secretId, 'is not a JSON object');
  const user = firstText(fields, ['username', 'user']);
  if (user === null) throw unreadable(secretId, 'has no username');
  const password = typeof fields.password === 'string' ? fields.password : null;
  // An empty one is one: not every server asks for a password.
  if (password === null) throw unreadable(secretId, 'has no password');
  const host = firstText(fields, ['host', 'hostname']);
  const database = firstText(fields, ['dbname', 'dbName', 'database']);
  const port = readPort(secretId, fields.port);
  return {
    user,
    password,
    ...(host === null ? {} : { host }),
    ...(port === null ? {} : { port }),
    ...(database === null ? {} : { database }),
  };
}

function parseObject(value: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    return parsed as Record<string, unknown>;
  } catch {
    return null;
  }
}

function firstText(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

function readPort(secretId: string, value: unknown): number | null {
  if (value === undefined || value === null || value === '') return null;
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value.trim()) ? Number(value) : value;
  if (typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw unreadable(secretId, 'has a port that is none');
}

function unreadable(secretId: string, problem: string): FatalError {
  return new FatalError(`the secret ${secretId} ${problem}`, {
    code: 'secret-unreadable',
    remedy:
      'store a JSON object with username and password, and host, port and dbname where RDS does not know them',
  });
}
