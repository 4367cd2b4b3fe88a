import { type aws_rds as rds, Token } from 'aws-cdk-lib';
import type { Target } from '../src/core/target.ts';
import { dataApiProblem } from './data-api.ts';
import type { DatabaseAttributes, MigrationTarget } from './orchestrator-props.ts';

/** A target as the functions know it, and what their policies are made out for. */
export interface DeployedTarget {
  readonly name: string;
  /** In lower case, as RDS keeps it; not known before deployment for a database of the same app. */
  readonly instance: string | undefined;
  /** The same of an Aurora cluster, and of its instances. */
  readonly cluster: string | undefined;
  readonly members: readonly string[];
  /** The functions speak SQL through the cluster's Data API. */
  readonly overDataApi: boolean;
  /** ARN, or the pattern of one. */
  readonly secretArn: string;
  readonly secretKeys: readonly string[];
  readonly storageKeys: readonly string[];
  readonly roles: readonly string[];
  /** What the functions are told. */
  readonly told: Target;
}

/** @throws Error for a target that the functions cannot work on */
export function toDeployedTarget(target: MigrationTarget): DeployedTarget {
  const { instance, cluster, members = [], host, port } = attributesOf(target.database);
  const overDataApi = target.transport === 'data-api';
  const problem = overDataApi ? dataApiProblem({ engine: target.engine, cluster }) : null;
  if (problem !== null) throw new Error(`target ${target.name}: ${problem}`);
  if (instance === undefined && cluster === undefined && host === undefined) {
    throw new Error(
      `target ${target.name}: its database has neither an instance nor a cluster identifier, nor a host`,
    );
  }
  if (instance !== undefined && cluster !== undefined) {
    throw new Error(`target ${target.name}: its database is either an instance or a cluster`);
  }
  if (cluster !== undefined && members.length === 0) {
    throw new Error(
      `target ${target.name}: name the instances of the cluster ${cluster} as members: the functions may rename those alone`,
    );
  }
  const key = target.secretKey ?? target.secret.encryptionKey;
  return {
    name: target.name,
    instance: instance === undefined ? undefined : asKept(instance),
    cluster: cluster === undefined ? undefined : asKept(cluster),
    members: members.map(asKept),
    overDataApi,
    secretArn: target.secret.secretFullArn ?? `${target.secret.secretArn}-??????`,
    secretKeys: key === undefined ? [] : [key.keyArn],
    storageKeys: (target.storageKeys ?? []).map(({ keyArn }) => keyArn),
    roles: (target.restoreRoles ?? []).map(({ roleArn }) => roleArn),
    told: {
      name: target.name,
      engine: target.engine,
      secret: secretId(target),
      tls: 'verify',
      restore: target.restore ?? 'ask',
      ...(overDataApi ? { transport: 'data-api' } : {}),
      ...given({ instance, cluster, host, port, database: target.databaseName, tlsCa: target.tlsCa }),
    },
  };
}

/** The functions ask for it by name where that is all that is known. */
function secretId({ secret }: MigrationTarget): string {
  if (secret.secretFullArn !== undefined) return secret.secretFullArn;
  return Token.isUnresolved(secret.secretArn) ? secret.secretName : secret.secretArn;
}

/** RDS keeps names in lower case. */
const asKept = (name: string): string => (Token.isUnresolved(name) ? name : name.toLowerCase());

/** The functions ask RDS for the endpoint: it is another one after a restore under the same name. */
function attributesOf(database: MigrationTarget['database']): DatabaseAttributes {
  if (isInstance(database)) return { instance: database.instanceIdentifier };
  if (!isCluster(database)) return database;
  return { cluster: database.clusterIdentifier, members: database.instanceIdentifiers };
}

const isInstance = (database: MigrationTarget['database']): database is rds.IDatabaseInstance =>
  'instanceIdentifier' in database;

const isCluster = (database: MigrationTarget['database']): database is rds.IDatabaseCluster =>
  'clusterIdentifier' in database;

/** Without the members that have no value. */
function given<Fields extends object>(fields: Fields): Partial<Fields> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Fields>;
}
