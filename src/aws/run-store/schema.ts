import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { StartRequest } from '../../app/ports/start-store.ts';

/** The index by which a target's runs are listed. */
export const runsByTarget = 'runs-by-target';

/**
 * The run store's single table, as data for whoever creates it (the CDK app, the local cloud, a test): the
 * caller adds `TableName`. Times to live are not used, history is kept.
 *
 * | pk             | sk                       | item                                            |
 * |----------------|--------------------------|-------------------------------------------------|
 * | RUN#<run>      | RUN                      | the run record, its revision, the index' keys   |
 * | RUN#<run>      | EVENT#<time>#<suffix>    | one event                                       |
 * | RUN#<run>      | PARTITION#<id>           | live figures of a partition                     |
 * | RUN#<run>      | TOKEN#<gate>#<slot>      | a task token until it is answered               |
 * | LEASE#<target> | LEASE                    | the lease's number and, while held, its holder  |
 * | EVENT#<id>     | START                    | what an event asked to start                    |
 * | START#<target> | <direction>#<version>#<bundle> | the event that such a start was granted to |
 */
export const runTableSchema: Omit<CreateTableCommandInput, 'TableName'> = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'byTarget', AttributeType: 'S' },
    { AttributeName: 'byStart', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: runsByTarget,
      KeySchema: [
        { AttributeName: 'byTarget', KeyType: 'HASH' },
        { AttributeName: 'byStart', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

export const runKey = (runId: string) => ({ pk: `RUN#${runId}`, sk: 'RUN' });
export const eventKey = (runId: string, suffix: string) => ({
  pk: `RUN#${runId}`,
  sk: `${eventPrefix}${suffix}`,
});
export const partitionKey = (runId: string, partition: string) => ({
  pk: `RUN#${runId}`,
  sk: `${partitionPrefix}${partition}`,
});
export const tokenKey = (runId: string, gate: string, slot: string) => ({
  pk: `RUN#${runId}`,
  sk: `${tokenPrefix(gate)}${slot}`,
});
export const startEventKey = (eventId: string) => ({ pk: `EVENT#${eventId}`, sk: 'START' });
export const claimKey = ({ target, direction, migration, bundle }: StartRequest) => ({
  pk: `START#${target}`,
  sk: `${direction}#${migration}#${bundle}`,
});
export const leaseKey = (target: string) => ({ pk: `LEASE#${target}`, sk: 'LEASE' });

export const eventPrefix = 'EVENT#';
export const partitionPrefix = 'PARTITION#';
export const tokenPrefix = (gate: string): string => `TOKEN#${gate}#`;
