import type { Lease } from '../../app/ports/run-store.ts';
import type { RunId } from '../../core/ids.ts';
import { leaseKey } from './schema.ts';
import type { Item, Table } from './table.ts';

/**
 * One item a target. It stays when the lease is given back, without a holder, because the next holder's
 * number must be above this one's.
 */
export class Leases {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(target: string): Promise<Lease | null> {
    return asLease(target, await this.#table.get(leaseKey(target)));
  }

  async take(lease: Omit<Lease, 'number'>, over: Lease | null): Promise<Lease | null> {
    const free = 'attribute_not_exists(runId) OR runId = :run';
    const exactly = 'runId = :overRun AND #number = :overNumber AND expiresAt = :overExpiry';
    const item = await this.#table.update(
      leaseKey(lease.target),
      {
        UpdateExpression: 'SET runId = :run, executionArn = :arn, expiresAt = :expiry ADD #number :one',
        ConditionExpression: over === null ? free : `${free} OR (${exactly})`,
        ExpressionAttributeNames: { '#number': 'number' },
        ExpressionAttributeValues: {
          ':run': lease.runId,
          ':arn': lease.executionArn,
          ':expiry': lease.expiresAt,
          ':one': 1,
          ...(over === null
            ? {}
            : { ':overRun': over.runId, ':overNumber': over.number, ':overExpiry': over.expiresAt }),
        },
      },
      'lease taken',
    );
    return asLease(lease.target, item);
  }

  async renew(lease: Lease, expiresAt: number): Promise<boolean> {
    const item = await this.#table.update(
      leaseKey(lease.target),
      {
        UpdateExpression: 'SET expiresAt = :expiry',
        ConditionExpression: 'runId = :run AND #number = :number',
        ExpressionAttributeNames: { '#number': 'number' },
        ExpressionAttributeValues: { ':expiry': expiresAt, ':run': lease.runId, ':number': lease.number },
      },
      'lease renewed',
    );
    return item !== null;
  }

  async release(target: string, runId: RunId): Promise<void> {
    await this.#table.update(
      leaseKey(target),
      {
        UpdateExpression: 'REMOVE runId, executionArn, expiresAt',
        ConditionExpression: 'runId = :run',
        ExpressionAttributeValues: { ':run': runId },
      },
      'lease released',
    );
  }
}

function asLease(target: string, item: Item | null): Lease | null {
  if (item === null || item.runId === undefined) return null;
  return {
    target,
    runId: item.runId as RunId,
    executionArn: String(item.executionArn),
    number: Number(item.number),
    expiresAt: Number(item.expiresAt),
  };
}
