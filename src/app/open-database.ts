import { FatalError, LoginRefusedError } from '../core/errors.ts';
import { asCluster } from '../core/restore/cluster/description.ts';
import { text } from '../core/restore/description.ts';
import { resourceOf, type Target } from '../core/target.ts';
import type { App, Budget } from './app.ts';
import type { Credentials } from './ports/cloud.ts';
import type { Database, Login, SessionTag } from './ports/engine.ts';
import { describe, endpointOf as endpointOfResource } from './restorable/description.ts';

/** Waits between logins while a password rotation is under way: old and new are refused for a short window. */
const rotationWaitsMs = [0, 1_000, 3_000, 6_000];

/** Opens the target, uses it, and closes it whatever happens. */
export async function withDatabase<Result>(
  app: App,
  target: Target,
  tag: SessionTag,
  budget: Budget,
  use: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(app, target, tag, budget);
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

/** Where the target's database is to be found, when not under its own name. */
export interface Place {
  readonly host?: string;
  readonly port?: number;
  /** Another cluster's identifier. */
  readonly cluster?: string;
}

/** Opens the target with the current secret; a refused login fetches the secret anew. */
export async function openDatabase(
  app: App,
  target: Target,
  tag: SessionTag,
  budget: Budget,
  at: Place = {},
): Promise<Database> {
  if (target.transport === 'data-api') return openOverDataApi(app, target, tag, budget, at);
  let refused: LoginRefusedError | null = null;
  for (const waitMs of rotationWaitsMs) {
    await app.clock.sleep(waitMs, budget.signal);
    const login = await resolveLogin(app, target, await app.secrets.current(target.secret), at);
    try {
      return await app.engineFor(target.engine).connect(login, tag, budget.signal);
    } catch (error) {
      if (!(error instanceof LoginRefusedError)) throw error;
      refused = error;
    }
  }
  throw new FatalError(`the database of ${target.name} refuses the user and password of its secret`, {
    code: 'login-refused',
    remedy: `check that secret ${target.secret} holds the current password`,
    cause: refused,
  });
}

/** The Data API reads the secret itself, anew for each call. */
async function openOverDataApi(
  app: App,
  target: Target,
  tag: SessionTag,
  budget: Budget,
  at: Place,
): Promise<Database> {
  const engine = app.engineFor(target.engine);
  const id = at.cluster ?? target.cluster;
  const description = id === undefined ? null : await describe(app, 'cluster', id);
  const clusterArn = description && text(asCluster(description).cluster, 'DBClusterArn');
  const { arn, database, user } = await app.secrets.current(target.secret);
  if (clusterArn === null || arn === undefined || engine.connectOverDataApi === undefined) {
    throw new FatalError(`target ${target.name} cannot be reached over the Data API`, {
      code: 'no-endpoint',
      remedy: 'use transport: direct, or name an Aurora PostgreSQL cluster and a secret of Secrets Manager',
    });
  }
  const place = { clusterArn, secretArn: arn, database: target.database ?? database ?? user };
  return engine.connectOverDataApi(place, tag, budget.signal);
}

async function resolveLogin(app: App, target: Target, credentials: Credentials, at: Place): Promise<Login> {
  const endpoint = at.host === undefined ? await endpointOf(app, target, credentials) : at;
  if (endpoint.host === undefined || endpoint.port === undefined) {
    throw new FatalError(`target ${target.name} has no host and port`, {
      code: 'no-endpoint',
      remedy: 'give host and port in the target or in its secret, or name its RDS instance or cluster',
    });
  }
  const { host, port } = endpoint;
  if (target.tls === 'off' && !isLoopback(host)) {
    throw new FatalError(
      `target ${target.name} switches TLS off, which is allowed for loopback addresses only`,
      {
        code: 'tls-required',
        remedy: 'set tls: verify',
      },
    );
  }
  return {
    host,
    port,
    user: credentials.user,
    password: credentials.password,
    database: target.database ?? credentials.database ?? credentials.user,
    tls:
      target.tls === 'off'
        ? { mode: 'off' }
        : { mode: 'verify', ...(target.tlsCa === undefined ? {} : { ca: target.tlsCa }) },
  };
}

async function endpointOf(
  app: App,
  target: Target,
  credentials: Credentials,
): Promise<{ readonly host?: string; readonly port?: number }> {
  const host = target.host ?? credentials.host;
  const port = target.port ?? credentials.port;
  if (host !== undefined && port !== undefined) return { host, port };
  const resource = resourceOf(target);
  if (resource === null) return {};
  const description = await describe(app, resource.kind, resource.id);
  return (description && endpointOfResource(resource.kind, description)) ?? {};
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.') || host.startsWith('/');
