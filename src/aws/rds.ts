import {
  CreateDBSnapshotCommand,
  type DBSnapshot,
  DescribeAccountAttributesCommand,
  DescribeBlueGreenDeploymentsCommand,
  DescribeDBProxiesCommand,
  DescribeDBProxyTargetsCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceCommandInput,
  RDSClient,
  type RDSClientConfig,
  RestoreDBInstanceFromDBSnapshotCommand,
  type RestoreDBInstanceFromDBSnapshotCommandInput,
} from '@aws-sdk/client-rds';
import type { RdsControl, SnapshotState } from '../app/ports/cloud.ts';
import type { Effects } from '../app/ports/effects.ts';
import { RetryableError } from '../core/errors.ts';
import { awsErrorName, callAws } from './errors.ts';
import { asDescription, findInstance } from './rds-instance.ts';
import { asTags, isOurs, nameTaken } from './rds-ownership.ts';

export const openRds = (settings: RDSClientConfig): RDSClient => new RDSClient(settings);

export interface RdsControlOptions {
  readonly client: RDSClient;
  readonly effects: Effects;
}

/** Instances and snapshots of RDS. Every call that changes something returns as soon as RDS has accepted it. */
export function rdsControl({ client, effects }: RdsControlOptions): RdsControl {
  return {
    async describeInstance(identifier) {
      const instance = await findInstance(client, identifier);
      return instance === null ? null : asDescription(instance);
    },

    async describeSnapshot(snapshotId) {
      const snapshot = await findSnapshot(client, snapshotId);
      return snapshot === null ? null : asSnapshotState(snapshot);
    },

    async createSnapshot(identifier, snapshotId, tags) {
      const command = new CreateDBSnapshotCommand({
        DBInstanceIdentifier: identifier,
        DBSnapshotIdentifier: snapshotId,
        Tags: asTags(tags),
      });
      return callAws(
        { doing: `taking the snapshot ${snapshotId} of ${identifier}`, repeatable: true },
        async () => {
          try {
            const { DBSnapshot } = await effects.around('rds:CreateDBSnapshot', () => client.send(command));
            return asSnapshotState(DBSnapshot ?? { DBSnapshotIdentifier: snapshotId, Status: 'creating' });
          } catch (error) {
            if (awsErrorName(error) !== 'DBSnapshotAlreadyExistsFault') throw error;
            const existing = await findSnapshot(client, snapshotId);
            if (existing !== null && isOurs(existing.TagList, tags)) return asSnapshotState(existing);
            throw nameTaken(`the snapshot ${snapshotId}`, error);
          }
        },
      );
    },

    async restoreInstance(parameters) {
      const name = String(parameters.DBInstanceIdentifier);
      const command = new RestoreDBInstanceFromDBSnapshotCommand(
        parameters as unknown as RestoreDBInstanceFromDBSnapshotCommandInput,
      );
      await callAws({ doing: `restoring to ${name}`, repeatable: true }, async () => {
        try {
          await effects.around('rds:RestoreDBInstanceFromDBSnapshot', () => client.send(command));
        } catch (error) {
          if (awsErrorName(error) !== 'DBInstanceAlreadyExistsFault') throw error;
          const existing = await findInstance(client, name);
          const tags = Object.fromEntries((command.input.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
          if (existing === null || !isOurs(existing.TagList, tags)) {
            throw nameTaken(`the instance ${name}`, error);
          }
        }
      });
    },

    async modifyInstance(parameters) {
      const command = new ModifyDBInstanceCommand(parameters as unknown as ModifyDBInstanceCommandInput);
      const doing = `modifying ${String(parameters.DBInstanceIdentifier)}`;
      await callAws({ doing, repeatable: true }, () =>
        effects.around('rds:ModifyDBInstance', () => client.send(command)),
      );
    },

    async renameInstance(from, to) {
      const command = new ModifyDBInstanceCommand({
        DBInstanceIdentifier: from,
        NewDBInstanceIdentifier: to,
        ApplyImmediately: true,
      });
      await callAws({ doing: `renaming ${from} to ${to}`, repeatable: true }, async () => {
        try {
          await effects.around('rds:ModifyDBInstance', () => client.send(command));
        } catch (error) {
          const problem = renameProblems[awsErrorName(error)];
          if (problem === undefined) throw error;
          // The SDK's own second try, or the name not free yet: Describe tells which, and what to do next.
          const message = `renaming ${from} to ${to}: ${problem}`;
          throw new RetryableError(message, { code: 'rename-unsettled', cause: error });
        }
      });
    },

    async quotas() {
      const command = new DescribeAccountAttributesCommand({});
      const { AccountQuotas = [] } = await callAws(
        { doing: 'reading the quotas of RDS', repeatable: true },
        () => client.send(command),
      );
      return Object.fromEntries(
        AccountQuotas.flatMap(({ AccountQuotaName: name, Used: used, Max: max = 0 }) =>
          name === undefined || used === undefined || max <= 0 ? [] : [[name, { used, max }]],
        ),
      );
    },

    async deploymentsOf(instanceArn) {
      const command = new DescribeBlueGreenDeploymentsCommand({
        Filters: [{ Name: 'source', Values: [instanceArn] }],
      });
      const { BlueGreenDeployments = [] } = await callAws(
        { doing: 'describing blue/green deployments', repeatable: true },
        () => client.send(command),
      );
      return BlueGreenDeployments.map(
        ({ BlueGreenDeploymentName: name = '', Status: status = 'unknown' }) => ({
          name,
          status,
        }),
      );
    },

    async proxiesOf(resourceId) {
      return callAws({ doing: 'describing RDS Proxies', repeatable: true }, async () => {
        const { DBProxies = [] } = await client.send(new DescribeDBProxiesCommand({ MaxRecords: 100 }));
        const names: string[] = [];
        for (const { DBProxyName: name } of DBProxies) {
          if (name === undefined) continue;
          const { Targets = [] } = await client.send(
            new DescribeDBProxyTargetsCommand({ DBProxyName: name }),
          );
          if (Targets.some(({ RdsResourceId }) => RdsResourceId === resourceId)) names.push(name);
        }
        return names;
      });
    },
  };
}

const renameProblems: Readonly<Record<string, string>> = {
  DBInstanceNotFoundFault: 'nothing bears the old name, perhaps because it was renamed already',
  DBInstanceAlreadyExistsFault: 'the new name is still borne by another instance',
};

async function findSnapshot(client: RDSClient, snapshotId: string): Promise<DBSnapshot | null> {
  const command = new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshotId });
  return callAws({ doing: `describing the snapshot ${snapshotId}`, repeatable: true }, async () => {
    try {
      const { DBSnapshots } = await client.send(command);
      return DBSnapshots?.[0] ?? null;
    } catch (error) {
      if (awsErrorName(error) === 'DBSnapshotNotFoundFault') return null;
      throw error;
    }
  });
}

/** The database time is the last transaction in the snapshot; the creation time stands in where RDS omits it. */
function asSnapshotState(snapshot: DBSnapshot): SnapshotState {
  const status = snapshot.Status ?? 'unknown';
  const time = snapshot.SnapshotDatabaseTime ?? snapshot.SnapshotCreateTime;
  return {
    snapshotId: snapshot.DBSnapshotIdentifier ?? '',
    status,
    percent: snapshot.PercentProgress ?? (status === 'available' ? 100 : 0),
    databaseTime: status === 'available' ? (time?.toISOString() ?? null) : null,
  };
}
