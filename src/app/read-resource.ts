import type { ResourceFacts } from '../core/resource/readiness.ts';
import type { InstanceDescription } from '../core/restore/description.ts';
import { replicasOf } from '../core/restore/handed-settings.ts';
import type { Target } from '../core/target.ts';
import type { App } from './app.ts';

/** Reads the instance and what stands around it. What AWS does not tell is written down, and stops nothing. */
export async function readResource(
  app: App,
  { secret }: Target,
  identifier: string,
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
  const instance = await app.rds.describeInstance(identifier);
  const arn = instance?.DBInstanceArn;
  const quotas = snapshot ? await optional('the quotas of RDS', () => app.rds.quotas()) : null;
  return {
    identifier,
    instance,
    snapshot,
    snapshots: quotas?.ManualSnapshots ?? null,
    instances: quotas?.DBInstances ?? null,
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
export async function standingBeside(app: App, identifier: string | undefined): Promise<readonly string[]> {
  if (identifier === undefined) return [];
  const instance = await app.rds.describeInstance(identifier);
  if (instance === null) return [];
  const proxies = await proxiesOf(app, instance);
  return [...replicasOf(instance).map((name) => `read replica ${name}`), ...proxies];
}

async function proxiesOf(app: App, { DbiResourceId: id }: InstanceDescription): Promise<readonly string[]> {
  if (typeof id !== 'string') return [];
  try {
    return (await app.rds.proxiesOf(id)).map((name) => `RDS Proxy ${name}`);
  } catch (error) {
    app.log.warn('proxies-unreadable', { reason: String(error) });
    return ['any RDS Proxy (they could not be read)'];
  }
}
