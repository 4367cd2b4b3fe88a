import {
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  type CreateDBInstanceCommandInput,
  type DBCluster,
  type DBClusterSnapshot,
  DescribeDBClusterEndpointsCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  EnableHttpEndpointCommand,
  ModifyDBClusterCommand,
  type ModifyDBClusterCommandInput,
  type RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  type RestoreDBClusterFromSnapshotCommandInput,
  type Tag,
} from '@aws-sdk/client-rds';
import type { ClusterControl, InstanceDescription, SnapshotState } from '../app/ports/cloud.ts';
import { FatalError, RetryableError } from '../core/errors.ts';
import { awsErrorName, callAws } from './errors.ts';
import type { RdsControlOptions } from './rds.ts';
import { asDescription, findInstance } from './rds-instance.ts';
import { asTags, isOurs, nameTaken } from './rds-ownership.ts';

/** Aurora clusters and their snapshots. */
export function clusterControl({ client, effects }: RdsControlOptions): ClusterControl {
  return {
    async describeCluster(identifier) {
      const cluster = await findCluster(client, identifier);
      if (cluster === null) return null;
      const [members, endpoints] = await Promise.all([
        Promise.all(
          (cluster.DBClusterMembers ?? []).map((member) =>
            describeMember(client, member.DBInstanceIdentifier),
          ),
        ),
        customEndpoints(client, cluster),
      ]);
      return { cluster: asDescription(cluster), members, endpoints };
    },

    async describeClusterSnapshot(snapshotId) {
      const snapshot = await findSnapshot(client, snapshotId);
      return snapshot === null ? null : asSnapshotState(snapshot);
    },

    async createClusterSnapshot(identifier, snapshotId, tags) {
      const command = new CreateDBClusterSnapshotCommand({
        DBClusterIdentifier: identifier,
        DBClusterSnapshotIdentifier: snapshotId,
        Tags: asTags(tags),
      });
      const doing = `taking the snapshot ${snapshotId} of the cluster ${identifier}`;
      return callAws({ doing, repeatable: true }, async () => {
        try {
          const { DBClusterSnapshot: made } = await effects.around('rds:CreateDBClusterSnapshot', () =>
            client.send(command),
          );
          return asSnapshotState(made ?? { DBClusterSnapshotIdentifier: snapshotId, Status: 'creating' });
        } catch (error) {
          if (awsErrorName(error) !== 'DBClusterSnapshotAlreadyExistsFault') throw error;
          const existing = await findSnapshot(client, snapshotId);
          if (existing !== null && isOurs(existing.TagList, tags)) return asSnapshotState(existing);
          throw nameTaken(`the snapshot ${snapshotId}`, error);
        }
      });
    },

    async restoreCluster(parameters) {
      const name = String(parameters.DBClusterIdentifier);
      const command = new RestoreDBClusterFromSnapshotCommand(
        parameters as unknown as RestoreDBClusterFromSnapshotCommandInput,
      );
      await makeOnce({
        doing: `restoring the cluster ${name}`,
        make: () => effects.around('rds:RestoreDBClusterFromSnapshot', () => client.send(command)),
        exists: 'DBClusterAlreadyExistsFault',
        tags: command.input.Tags,
        find: async () => (await findCluster(client, name))?.TagList ?? null,
        what: `the cluster ${name}`,
      });
    },

    async createMember(parameters) {
      const name = String(parameters.DBInstanceIdentifier);
      const command = new CreateDBInstanceCommand(parameters as unknown as CreateDBInstanceCommandInput);
      await makeOnce({
        doing: `creating ${name} in the cluster ${String(parameters.DBClusterIdentifier)}`,
        make: () => effects.around('rds:CreateDBInstance', () => client.send(command)),
        exists: 'DBInstanceAlreadyExistsFault',
        tags: command.input.Tags,
        find: async () => (await findInstance(client, name))?.TagList ?? null,
        what: `the instance ${name}`,
      });
    },

    async modifyCluster(parameters) {
      const command = new ModifyDBClusterCommand(parameters as unknown as ModifyDBClusterCommandInput);
      const doing = `modifying the cluster ${String(parameters.DBClusterIdentifier)}`;
      await callAws({ doing, repeatable: true }, () =>
        effects.around('rds:ModifyDBCluster', () => client.send(command)),
      );
    },

    async renameCluster(from, to) {
      const command = new ModifyDBClusterCommand({
        DBClusterIdentifier: from,
        NewDBClusterIdentifier: to,
        ApplyImmediately: true,
      });
      await callAws({ doing: `renaming the cluster ${from} to ${to}`, repeatable: true }, async () => {
        try {
          await effects.around('rds:ModifyDBCluster', () => client.send(command));
        } catch (error) {
          const problem = renameProblems[awsErrorName(error)];
          if (problem === undefined) throw error;
          const message = `renaming the cluster ${from} to ${to}: ${problem}`;
          throw new RetryableError(message, { code: 'rename-unsettled', cause: error });
        }
      });
    },

    async switchOnDataApi(identifier) {
      const ResourceArn = (await findCluster(client, identifier))?.DBClusterArn;
      if (ResourceArn === undefined) {
        throw new FatalError(`there is no cluster ${identifier} to switch the Data API on for`, {
          code: 'not-found',
        });
      }
      await callAws({ doing: `switching on the Data API of ${identifier}`, repeatable: true }, () =>
        effects.around('rds:EnableHttpEndpoint', () =>
          client.send(new EnableHttpEndpointCommand({ ResourceArn })),
        ),
      );
    },
  };
}

const renameProblems: Readonly<Record<string, string>> = {
  DBClusterNotFoundFault: 'nothing bears the old name, perhaps because it was renamed already',
  DBClusterAlreadyExistsFault: 'the new name is still borne by another cluster',
};

interface Making {
  readonly doing: string;
  readonly make: () => Promise<unknown>;
  /** What RDS says when the name is taken. */
  readonly exists: string;
  readonly tags: readonly Tag[] | undefined;
  /** Tags of what bears the name. */
  readonly find: () => Promise<readonly Tag[] | null>;
  readonly what: string;
}

/** Makes something, or finds that this very run has made it already. */
async function makeOnce({ doing, make, exists, tags = [], find, what }: Making): Promise<void> {
  await callAws({ doing, repeatable: true }, async () => {
    try {
      await make();
    } catch (error) {
      if (awsErrorName(error) !== exists) throw error;
      const present = await find();
      const wanted = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
      if (present === null || !isOurs(present, wanted)) throw nameTaken(what, error);
    }
  });
}

async function findCluster(client: RDSClient, identifier: string): Promise<DBCluster | null> {
  const command = new DescribeDBClustersCommand({ DBClusterIdentifier: identifier });
  return callAws({ doing: `describing the cluster ${identifier}`, repeatable: true }, async () => {
    try {
      const { DBClusters } = await client.send(command);
      return DBClusters?.[0] ?? null;
    } catch (error) {
      if (awsErrorName(error) === 'DBClusterNotFoundFault') return null;
      throw error;
    }
  });
}

/** One that is listed and not to be seen, as in the middle of a rename, is busy: its status is not known. */
async function describeMember(client: RDSClient, name = ''): Promise<InstanceDescription> {
  const found = await findInstance(client, name);
  return found === null ? { DBInstanceIdentifier: name } : asDescription(found);
}

async function customEndpoints(
  client: RDSClient,
  { DBClusterIdentifier, CustomEndpoints = [] }: DBCluster,
): Promise<readonly InstanceDescription[]> {
  if (CustomEndpoints.length === 0) return [];
  const command = new DescribeDBClusterEndpointsCommand({ DBClusterIdentifier, MaxRecords: 100 });
  const { DBClusterEndpoints = [] } = await callAws(
    { doing: `describing the endpoints of ${DBClusterIdentifier}`, repeatable: true },
    () => client.send(command),
  );
  return DBClusterEndpoints.filter(({ EndpointType }) => EndpointType === 'CUSTOM').map(asDescription);
}

async function findSnapshot(client: RDSClient, snapshotId: string): Promise<DBClusterSnapshot | null> {
  const command = new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: snapshotId });
  return callAws({ doing: `describing the cluster snapshot ${snapshotId}`, repeatable: true }, async () => {
    try {
      const { DBClusterSnapshots } = await client.send(command);
      return DBClusterSnapshots?.[0] ?? null;
    } catch (error) {
      if (awsErrorName(error) === 'DBClusterSnapshotNotFoundFault') return null;
      throw error;
    }
  });
}

/** RDS says of a cluster's snapshot when it was made, not what the last transaction in it is: nothing is claimed then. */
function asSnapshotState(snapshot: DBClusterSnapshot): SnapshotState {
  const status = snapshot.Status ?? 'unknown';
  return {
    snapshotId: snapshot.DBClusterSnapshotIdentifier ?? '',
    status,
    percent: snapshot.PercentProgress ?? (status === 'available' ? 100 : 0),
    databaseTime: null,
  };
}
