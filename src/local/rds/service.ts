import { answerQuery } from '../gateway/query.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import type { DataApiCluster } from '../rds-data/service.ts';
import { type CreateClusterInput, createCluster, endpointName } from './clusters/clusters.ts';
import { clusterArn } from './clusters/describe.ts';
import { type CreateMemberInput, createMember } from './clusters/members.ts';
import { ITEM_NAMES } from './describe.ts';
import { Fleet, type RdsOptions, type Surroundings } from './fleet.ts';
import { type CreateInstanceInput, createInstance, serverOf } from './instances.ts';
import { rdsOperations } from './operations.ts';
import type { InstanceStatus, SnapshotRecord } from './records.ts';

/** What tests and the demo see of a local instance beside the API. */
export interface LocalInstance {
  readonly identifier: string;
  readonly status: InstanceStatus;
  /** The stable loopback address of the identifier. */
  readonly host: string;
  readonly port: number;
  readonly masterUsername: string;
  /** Connections open through the address. */
  readonly connections: number;
  /** Port of the server itself, past the address of the name: what clients must not use. */
  readonly serverPort: number;
  /** Gives a database user a new password, as the master user would. */
  setPassword(user: string, password: string): Promise<void>;
}

/** The same of a cluster. */
export type LocalCluster = Pick<LocalInstance, 'identifier' | 'status' | 'host' | 'port'>;

/** RDS over real database servers: an instance is a server, a snapshot a physical copy of its data. */
export class RdsService implements AwsService {
  readonly name = 'rds';
  readonly #fleet: Fleet;
  readonly #operations: ReturnType<typeof rdsOperations>;

  private constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#operations = rdsOperations(fleet);
  }

  static async open(options: RdsOptions): Promise<RdsService> {
    return new RdsService(new Fleet(options));
  }

  handle(request: AwsRequest): Promise<AwsResponse> {
    return answerQuery(
      {
        service: 'rds',
        namespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
        itemNames: ITEM_NAMES,
        operations: this.#operations,
      },
      request,
    );
  }

  /** Creates an instance and waits until all that is going on is over. @throws Error when its server fails */
  async createInstance(input: CreateInstanceInput): Promise<LocalInstance> {
    const record = await createInstance(this.#fleet, input);
    await this.idle();
    if (record.failure) throw record.failure;
    return this.#view(record.identifier);
  }

  /** Creates a cluster with its members, the writer first, and waits until all is over. */
  async createCluster(
    input: CreateClusterInput & { readonly members: readonly CreateMemberInput[] },
  ): Promise<LocalCluster> {
    const record = await createCluster(this.#fleet, input);
    await this.idle();
    if (record.failure) throw record.failure;
    for (const member of input.members) await createMember(this.#fleet, record, member);
    await this.idle();
    return this.cluster(record.identifier);
  }

  /** Where the writer is reached. @throws AwsError `DBClusterNotFoundFault` */
  cluster(identifier: string): LocalCluster {
    const record = this.#fleet.cluster(identifier);
    const endpoint = this.#fleet.knownEndpoint(endpointName(record.identifier));
    return {
      identifier: record.identifier,
      status: record.status,
      host: endpoint?.host ?? '127.0.0.1',
      port: endpoint?.port ?? 0,
    };
  }

  /** What the Data API needs to know of a cluster; null where the ARN is nobody's. */
  dataApiOf(arn: string): DataApiCluster | null {
    const fleet = this.#fleet;
    const record = [...fleet.clusters.values()].find(
      (one) => clusterArn(fleet.options, one.identifier) === arn,
    );
    if (record === undefined) return null;
    const hasWriter = fleet.membersOf(record).some(({ status }) => status === 'available');
    return {
      enabled: record.settings.HttpEndpointEnabled,
      engine: record.engine,
      port: hasWriter ? (record.server?.port ?? null) : null,
    };
  }

  /** @throws AwsError `DBInstanceNotFound` */
  instance(identifier: string): LocalInstance {
    return this.#view(this.#fleet.instance(identifier).identifier);
  }

  /** @throws AwsError `DBSnapshotNotFound` */
  snapshot(identifier: string): Readonly<SnapshotRecord> {
    return this.#fleet.snapshot(identifier);
  }

  /** Blue/green deployments and proxies, to be put there by a test. */
  get surroundings(): Surroundings {
    return this.#fleet.surroundings;
  }

  /** Resolves when no instance or snapshot is changing any more. */
  idle(): Promise<void> {
    return this.#fleet.idle();
  }

  /** Stops all servers and removes their data. */
  stop(): Promise<void> {
    return this.#fleet.stop();
  }

  #view(identifier: string): LocalInstance {
    const fleet = this.#fleet;
    const record = fleet.instance(identifier);
    const endpoint = fleet.knownEndpoint(identifier);
    return {
      identifier,
      host: endpoint?.host ?? '127.0.0.1',
      port: endpoint?.port ?? 0,
      masterUsername: record.masterUsername,
      get status() {
        return record.status;
      },
      get connections() {
        return endpoint?.connections ?? 0;
      },
      get serverPort() {
        return serverOf(record).port;
      },
      setPassword: (user, password) => serverOf(record).setPassword(user, password),
    };
  }
}
