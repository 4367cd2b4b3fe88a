import type { ResourceFacts } from '../core/resource/readiness.ts';
import { asCluster } from '../core/restore/cluster/description.ts';
import { type InstanceDescription, resourceIdOf, text, texts } from '../core/restore/description.ts';
import { replicasOf } from '../core/restore/handed-settings.ts';
import { resourceOf, type Target, type TargetResource } from '../core/target.ts';
import type { App } from './app.ts';

/** Reads the instance or the cluster and what stands around it. What AWS does not tell is written down, and stops nothing. */
export async function readResource(
  app: App,
  { secret }: Target,
  { kind, id }: TargetResource,
  snapshot: boolean,
): Promise<ResourceFacts> {
  const unreadable: string[] = [];
  const optional = async <Value>(what: string, read: () => Promise<Value>): Promise<Value | null> => {
    try {
      return await read();
    } catch (error) {
      unreadable.push(`${what} could not be read (${error instanceof Error ? error.message : error})`);
      return null;
    }
  };
  const { resource, members } = await describe(app, { kind, id });
  const arn = resource && (text(resource, 'DBInstanceArn') ?? text(resource, 'DBClusterArn'));
  const quotas = snapshot ? await optional('the quotas of RDS', () => app.rds.quotas()) : null;
  return {
    identifier: id,
    kind,
    resource,
    members,
    snapshot,
    snapshots: quotas?.[kind === 'cluster' ? 'ManualClusterSnapshots' : 'ManualSnapshots'] ?? null,
    instances: quotas?.DBInstances ?? null,
    clusters: (kind === 'cluster' ? quotas?.DBClusters : null) ?? null,
    deployments:
      typeof arn === 'string'
        ? await optional('blue/green deployments', () => app.rds.deploymentsOf(arn))
        : null,
    secret: await optional('the state of the secret', () => app.secrets.state(secret)),
    unreadable,
    now: app.clock.now(),
  };
}

/** What a restore leaves with the failed instance, by name: for whoever agrees to one. */
export async function standingBeside(app: App, target: Target): Promise<readonly string[]> {
  const wanted = resourceOf(target);
  if (wanted === null) return [];
  const { resource, endpoints } = await describe(app, wanted);
  if (resource === null) return [];
  const replicas = [...replicasOf(resource), ...texts(resource, 'ReadReplicaIdentifiers')];
  return [
    ...replicas.map((name) => `read replica ${name}`),
    ...endpoints.map((name) => `custom endpoint ${name}`),
    ...(await proxiesOf(app, resource)),
  ];
}

async function describe(app: App, { kind, id }: TargetResource) {
  if (kind === 'instance') {
    return { resource: await app.rds.describeInstance(id), members: [], endpoints: [] };
  }
  const found = await app.clusters.describeCluster(id);
  const { members, endpoints } = found ?? asCluster({});
  return {
    resource: found?.cluster ?? null,
    members,
    endpoints: endpoints.flatMap((endpoint) => text(endpoint, 'DBClusterEndpointIdentifier') ?? []),
  };
}

async function proxiesOf(app: App, resource: InstanceDescription): Promise<readonly string[]> {
  const id = resourceIdOf(resource);
  if (id === null) return [];
  try {
    return (await app.rds.proxiesOf(id)).map((name) => `RDS Proxy ${name}`);
  } catch (error) {
    app.log.warn('proxies-unreadable', { reason: String(error) });
    return ['any RDS Proxy (they could not be read)'];
  }
}
