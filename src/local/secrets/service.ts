import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../app/ports/clock.ts';
import { AwsError } from '../gateway/errors.ts';
import { answerJson, type JsonObject, objects, optionalText, requiredText } from '../gateway/json.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';

/** Where a rotation takes effect: the database instance that the secret names. */
export type SetDatabasePassword = (
  login: { readonly instanceIdentifier: string; readonly user: string },
  password: string,
) => Promise<void>;

export interface SecretsOptions {
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly setDatabasePassword: SetDatabasePassword;
}

type Stage = 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING';

interface Version {
  readonly id: string;
  readonly text: string;
  readonly createdMs: number;
}

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly versions: Map<string, Version>;
  readonly stages: Map<Stage, string>;
  readonly tags: JsonObject[];
  description: string | undefined;
  changedMs: number;
  rotatedMs?: number;
  deletedMs?: number;
}

/** Secrets Manager in memory: a secret is never written to disk, and ends with the process. */
export class SecretsService implements AwsService {
  readonly name = 'secretsmanager';
  readonly #options: SecretsOptions;
  readonly #secrets = new Map<string, Secret>();

  constructor(options: SecretsOptions) {
    this.#options = options;
  }

  handle(request: AwsRequest): Promise<AwsResponse> {
    return answerJson(
      {
        service: this.name,
        version: '1.1',
        operations: {
          CreateSecret: (input) => this.#create(input),
          GetSecretValue: (input) => this.#value(input),
          PutSecretValue: (input) => this.#put(this.#live(input), input),
          UpdateSecret: (input) => this.#update(input),
          DescribeSecret: (input) => describe(this.#find(input)),
          ListSecrets: () => ({
            SecretList: [...this.#secrets.values()].filter((secret) => !secret.deletedMs).map(describe),
          }),
          RotateSecret: (input) => this.#rotate(input),
          DeleteSecret: (input) => this.#delete(input),
        },
      },
      request,
    );
  }

  /** Creates a secret from in-process code; returns its ARN. */
  create(name: string, value: JsonObject): string {
    return this.#create({ Name: name, SecretString: JSON.stringify(value) }).ARN;
  }

  /** The current value of a secret that holds a JSON object. @throws AwsError `ResourceNotFoundException` */
  current(id: string): JsonObject {
    return parseObject(this.#value({ SecretId: id }).SecretString);
  }

  /** The same by its ARN alone; null where there is none. */
  currentOf(arn: string): JsonObject | null {
    const known = [...this.#secrets.values()].some((secret) => secret.arn === arn && !secret.deletedMs);
    return known ? this.current(arn) : null;
  }

  #create(input: JsonObject) {
    const name = requiredText(input, 'Name');
    if (this.#secrets.has(name)) {
      throw new AwsError('ResourceExistsException', `The secret ${name} already exists.`);
    }
    const { region, account, clock } = this.#options;
    const suffix = randomBytes(4).toString('base64url').replace(/[-_]/g, 'x').slice(0, 6);
    const secret: Secret = {
      name,
      arn: `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`,
      createdMs: clock.now(),
      changedMs: clock.now(),
      versions: new Map(),
      stages: new Map(),
      tags: objects(input, 'Tags'),
      description: optionalText(input, 'Description'),
    };
    this.#secrets.set(name, secret);
    const text = optionalText(input, 'SecretString');
    const version = text === undefined ? undefined : this.#stage(secret, text, input);
    return { ARN: secret.arn, Name: name, VersionId: version?.id };
  }

  #value(input: JsonObject) {
    const secret = this.#live(input);
    const wanted = optionalText(input, 'VersionId');
    const stage = (optionalText(input, 'VersionStage') ?? 'AWSCURRENT') as Stage;
    const version = secret.versions.get(wanted ?? secret.stages.get(stage) ?? '');
    if (!version) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${wanted ? `VersionId: ${wanted}` : `staging label: ${stage}`}`,
      );
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      SecretString: version.text,
      VersionStages: stagesOf(secret, version.id),
      CreatedDate: new Date(version.createdMs),
    };
  }

  #put(secret: Secret, input: JsonObject) {
    const version = this.#stage(secret, requiredText(input, 'SecretString'), input);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      VersionStages: stagesOf(secret, version.id),
    };
  }

  #update(input: JsonObject) {
    const secret = this.#live(input);
    secret.description = optionalText(input, 'Description') ?? secret.description;
    if (input.SecretString === undefined) return { ARN: secret.arn, Name: secret.name };
    const { VersionStages: _, ...updated } = this.#put(secret, input);
    return updated;
  }

  async #rotate(input: JsonObject) {
    const secret = this.#live(input);
    const current = parseObject(this.#value({ SecretId: secret.name }).SecretString);
    const instanceIdentifier = current.dbInstanceIdentifier;
    const user = current.username;
    if (typeof instanceIdentifier !== 'string' || typeof user !== 'string') {
      throw new AwsError(
        'InvalidRequestException',
        'Only a secret with the members username and dbInstanceIdentifier can be rotated here.',
      );
    }
    const password = randomBytes(24).toString('base64url');
    await this.#options.setDatabasePassword({ instanceIdentifier, user }, password);
    const version = this.#stage(secret, JSON.stringify({ ...current, password }), input);
    secret.rotatedMs = this.#options.clock.now();
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id };
  }

  #delete(input: JsonObject) {
    const secret = this.#live(input);
    const now = this.#options.clock.now();
    if (input.ForceDeleteWithoutRecovery === true) this.#secrets.delete(secret.name);
    else secret.deletedMs = now;
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(now) };
  }

  #stage(secret: Secret, text: string, input: JsonObject): Version {
    const id = optionalText(input, 'ClientRequestToken') ?? randomUUID();
    const known = secret.versions.get(id);
    // A client that repeats a request sends the same token, and must not make a second version.
    if (known?.text === text) return known;
    if (known) throw new AwsError('ResourceExistsException', `The version ${id} exists with another value.`);
    const version = { id, text, createdMs: this.#options.clock.now() };
    secret.versions.set(id, version);
    if (isPending(input)) {
      secret.stages.set('AWSPENDING', id);
      return version;
    }
    const previous = secret.stages.get('AWSCURRENT');
    if (previous !== undefined) secret.stages.set('AWSPREVIOUS', previous);
    secret.stages.set('AWSCURRENT', id);
    secret.changedMs = version.createdMs;
    return version;
  }

  #find(input: JsonObject): Secret {
    const id = requiredText(input, 'SecretId');
    const found = this.#secrets.get(id) ?? [...this.#secrets.values()].find(({ arn }) => arn === id);
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  #live(input: JsonObject): Secret {
    const secret = this.#find(input);
    if (secret.deletedMs === undefined) return secret;
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
}

/** As a rotation puts its new version, before the database has it. */
const isPending = ({ VersionStages: stages }: JsonObject): boolean =>
  Array.isArray(stages) && stages.length === 1 && stages[0] === 'AWSPENDING';

function describe(secret: Secret) {
  const date = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms));
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: date(secret.createdMs),
    LastChangedDate: date(secret.changedMs),
    LastRotatedDate: date(secret.rotatedMs),
    DeletedDate: date(secret.deletedMs),
    RotationEnabled: secret.rotatedMs !== undefined,
    Tags: secret.tags,
    VersionIdsToStages: Object.fromEntries(
      [...new Set(secret.stages.values())].map((id) => [id, stagesOf(secret, id)]),
    ),
  };
}

function stagesOf(secret: Secret, id: string): string[] {
  return [...secret.stages].filter(([, version]) => version === id).map(([stage]) => stage);
}

function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as JsonObject;
  } catch {
    // Answered below.
  }
  throw new AwsError('InvalidRequestException', 'The secret does not hold a JSON object.');
}
