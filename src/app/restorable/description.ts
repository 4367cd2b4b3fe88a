import { asCluster } from '../../core/restore/cluster/description.ts';
import { text } from '../../core/restore/description.ts';
import type { TargetResource } from '../../core/target.ts';
import type { App } from '../app.ts';
import { clusterEndpoint, type Endpoint, instanceEndpoint } from '../endpoint.ts';
import type { InstanceDescription } from '../ports/cloud.ts';

/** What of RDS a restore brings back as one: an instance, or an Aurora cluster with its members. */
export type Kind = TargetResource['kind'];

/** What RDS says of either, as it is saved beside a snapshot; a cluster's holds its members. */
export type Description = InstanceDescription;

/** Null when nothing bears the name. */
export async function describe(app: App, kind: Kind, name: string): Promise<Description | null> {
  if (kind === 'instance') return app.rds.describeInstance(name);
  const found = await app.clusters.describeCluster(name);
  return found === null ? null : { ...found };
}

/** Where it takes connections, or null while it does nowhere. */
export const endpointOf = (kind: Kind, description: Description): Endpoint | null =>
  kind === 'instance' ? instanceEndpoint(description) : clusterEndpoint(asCluster(description).cluster);

export const masterOf = (kind: Kind, description: Description): string | null =>
  text(kind === 'instance' ? description : asCluster(description).cluster, 'MasterUsername');
