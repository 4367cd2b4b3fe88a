import { AsyncResource } from 'node:async_hooks';
import type { BlueGreenDeployment } from '@aws-sdk/client-rds';
import type { Clock } from '../../app/ports/clock.ts';
import { runBusy } from '../clock/busy-clock.ts';
import { AwsError } from '../gateway/errors.ts';
import type { ClusterRecord, ClusterSnapshotRecord } from './clusters/records.ts';
import type { DatabaseLauncher, Durability, LaunchOptions } from './database-server.ts';
import type { Location } from './describe.ts';
import { NameEndpoint } from './endpoint.ts';
import type { RdsEngine } from './engines.ts';
import { Launchers } from './launchers.ts';
import type { InstanceRecord, SnapshotRecord } from './records.ts';

/** Milliseconds that RDS would take beside the real work; all 0 unless said otherwise. */
export interface Delays {
  readonly create: number;
  readonly snapshot: number;
  readonly restore: number;
  /** The first automatic backup after a creation or a restore: status `backing-up`. */
  readonly backup: number;
  readonly modify: number;
  /** Until the new name leads to the instance; RDS takes about ten minutes. Default 300. */
  readonly rename: number;
  readonly reboot: number;
  readonly delete: number;
}

export interface RdsOptions extends Location {
  readonly clock: Clock;
  /** A number from 0 up to but not including 1, for the windows and zones that RDS chooses at random. */
  readonly random?: () => number;
  readonly delays?: Partial<Delays>;
  readonly durability?: Durability;
  /** Further settings of every database server, by engine. */
  readonly serverSettings?: Readonly<Partial<Record<RdsEngine, Readonly<Record<string, string>>>>>;
  /** Manual snapshots in the account; AWS's default is 100. */
  readonly snapshotQuota?: number;
  /** Instances in the account; AWS's default is 40. */
  readonly instanceQuota?: number;
}

/** What stands beside the instances; here it can be described and is made by nobody but tests. */
export interface Surroundings {
  readonly deployments: BlueGreenDeployment[];
  readonly proxies: { readonly name: string; readonly resourceIds: readonly string[] }[];
}

const DELAYS: Delays = {
  create: 0,
  snapshot: 0,
  restore: 0,
  backup: 0,
  modify: 0,
  rename: 300,
  reboot: 0,
  delete: 0,
};

/** All instances, clusters, snapshots and names of one local account, and the work that goes on in them. */
export class Fleet {
  readonly instances = new Map<string, InstanceRecord>();
  readonly snapshots = new Map<string, SnapshotRecord>();
  readonly clusters = new Map<string, ClusterRecord>();
  readonly clusterSnapshots = new Map<string, ClusterSnapshotRecord>();
  readonly surroundings: Surroundings = { deployments: [], proxies: [] };
  readonly options: RdsOptions;
  readonly delays: Delays;
  readonly random: () => number;
  #members = 0;
  readonly #launchers = new Launchers();
  readonly #endpoints = new Map<string, NameEndpoint>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  /** A copy goes on after the call that asked for it, so it is no part of that call's busy work. */
  readonly #outside = new AsyncResource('Fleet');

  constructor(options: RdsOptions) {
    this.options = options;
    this.delays = { ...DELAYS, ...options.delays };
    this.random = options.random ?? Math.random;
  }

  get snapshotQuota(): number {
    return this.options.snapshotQuota ?? 100;
  }

  get instanceQuota(): number {
    return this.options.instanceQuota ?? 40;
  }

  /** @throws AwsError `InsufficientDBInstanceCapacity` with the reason why this machine has no such server */
  async launcher(engine: RdsEngine): Promise<DatabaseLauncher> {
    try {
      return await this.work(() => this.#launchers.of(engine));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new AwsError('InsufficientDBInstanceCapacity', reason);
    }
  }

  /** Engines whose launchers are open, with the version of their servers. */
  versions(): { readonly engine: RdsEngine; readonly version: string }[] {
    return [...this.#launchers.opened()].map(([engine, { engineVersion }]) => ({
      engine,
      version: engineVersion,
    }));
  }

  launchOptions(engine: RdsEngine): LaunchOptions {
    const { durability, serverSettings } = this.options;
    const settings = serverSettings?.[engine];
    return { ...(durability ? { durability } : {}), ...(settings ? { settings } : {}) };
  }

  now(): number {
    return this.options.clock.now();
  }

  /** The port of a name, the same one for as long as the fleet exists. */
  async endpoint(identifier: string): Promise<NameEndpoint> {
    const known = this.#endpoints.get(identifier);
    if (known) return known;
    const opened = await NameEndpoint.open();
    const winner = this.#endpoints.get(identifier);
    if (winner) {
      await opened.close();
      return winner;
    }
    this.#endpoints.set(identifier, opened);
    return opened;
  }

  knownEndpoint(identifier: string): NameEndpoint | undefined {
    return this.#endpoints.get(identifier);
  }

  /** @throws AwsError `DBInstanceNotFound` */
  instance(identifier: string): InstanceRecord {
    const found = this.instances.get(identifier.toLowerCase());
    if (found) return found;
    throw new AwsError('DBInstanceNotFound', `DBInstance ${identifier} not found.`, 404);
  }

  /** @throws AwsError `DBSnapshotNotFound` */
  snapshot(identifier: string): SnapshotRecord {
    const found = this.snapshots.get(identifier.toLowerCase());
    if (found) return found;
    throw new AwsError('DBSnapshotNotFound', `DBSnapshot ${identifier} not found.`, 404);
  }

  /** @throws AwsError `DBClusterNotFoundFault` */
  cluster(identifier: string): ClusterRecord {
    const found = this.clusters.get(identifier.toLowerCase());
    if (found) return found;
    throw new AwsError('DBClusterNotFoundFault', `DBCluster ${identifier} not found.`, 404);
  }

  /** @throws AwsError `DBClusterSnapshotNotFoundFault` */
  clusterSnapshot(identifier: string): ClusterSnapshotRecord {
    const found = this.clusterSnapshots.get(identifier.toLowerCase());
    if (found) return found;
    throw new AwsError('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot ${identifier} not found.`, 404);
  }

  /** A number that no member had before. */
  nextMember(): number {
    this.#members += 1;
    return this.#members;
  }

  /** The instances of a cluster that are not being deleted, oldest first. */
  membersOf(cluster: ClusterRecord): InstanceRecord[] {
    return [...this.instances.values()]
      .filter((instance) => instance.cluster === cluster && instance.status !== 'deleting')
      .sort((a, b) => (a.memberNumber ?? 0) - (b.memberNumber ?? 0));
  }

  /** @throws AwsError `DBClusterAlreadyExistsFault` */
  freeClusterName(identifier: string): string {
    const name = checkedName('DBClusterIdentifier', identifier, 63);
    const reserved = [...this.clusters.values()].some(({ pending }) => pending.DBClusterIdentifier === name);
    if (!this.clusters.has(name) && !reserved) return name;
    throw new AwsError('DBClusterAlreadyExistsFault', `DB cluster ${name} already exists.`);
  }

  /**
   * The name in lower case, as RDS keeps it.
   * @throws AwsError `DBInstanceAlreadyExists`, `InvalidParameterValue`
   */
  freeName(identifier: string): string {
    const name = checkedName('DBInstanceIdentifier', identifier, 63);
    const reserved = [...this.instances.values()].some(
      ({ pending }) => pending.DBInstanceIdentifier === name,
    );
    if (!this.instances.has(name) && !reserved) return name;
    throw new AwsError('DBInstanceAlreadyExists', `DB instance ${name} already exists.`);
  }

  /** Real work, during which a virtual clock stands still. */
  work<T>(work: () => Promise<T>): Promise<T> {
    return runBusy(this.options.clock, work);
  }

  /** Waits on the clock; ends early, by rejecting, when the fleet stops. */
  async pause(ms: number): Promise<void> {
    if (ms > 0) await this.options.clock.sleep(ms, this.#stopping.signal);
  }

  /** Lets `task` go on after the call that started it has been answered. */
  background(task: () => Promise<void>, onFailure: (error: Error) => void): void {
    const running = this.#outside.runInAsyncScope(task).catch((thrown: unknown) => {
      if (!this.#stopping.signal.aborted)
        onFailure(thrown instanceof Error ? thrown : new Error(String(thrown)));
    });
    this.#tasks.add(running);
    void running.then(() => this.#tasks.delete(running));
  }

  /** Resolves when no instance or snapshot is changing any more. */
  async idle(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the local cloud is stopping'));
    await this.idle();
    await Promise.all([...this.#endpoints.values()].map((endpoint) => endpoint.close()));
    await this.#launchers.close();
  }
}

/** @throws AwsError `InvalidParameterValue` for a name that RDS would not take */
export function checkedName(parameter: string, name: string, longest: number): string {
  if (name.length <= longest && /^[a-z](?:-?[a-z0-9])*$/i.test(name)) return name.toLowerCase();
  throw new AwsError(
    'InvalidParameterValue',
    `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens. At most ${longest} characters.`,
  );
}
