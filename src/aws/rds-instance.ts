import { type DBInstance, DescribeDBInstancesCommand, type RDSClient } from '@aws-sdk/client-rds';
import type { InstanceDescription } from '../app/ports/cloud.ts';
import { awsErrorName, callAws } from './errors.ts';

export async function findInstance(client: RDSClient, identifier: string): Promise<DBInstance | null> {
  const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier });
  return callAws({ doing: `describing ${identifier}`, repeatable: true }, async () => {
    try {
      const { DBInstances } = await client.send(command);
      return DBInstances?.[0] ?? null;
    } catch (error) {
      if (awsErrorName(error) === 'DBInstanceNotFoundFault') return null;
      throw error;
    }
  });
}

/** Plain JSON: times become texts, absent members are left out. */
export const asDescription = (described: object): InstanceDescription =>
  JSON.parse(JSON.stringify(described)) as InstanceDescription;
