import type { StartClaim, StartRequest, StartStore } from '../../app/ports/start-store.ts';
import { claimKey, startEventKey } from './schema.ts';
import type { Table } from './table.ts';

/** Requests to start a run that came as events: one item an event, one a plan that was asked for. */
export function startsIn(table: Table): StartStore {
  return {
    async rememberStart(eventId, request) {
      const key = startEventKey(eventId);
      await table.putNew(key, { request }, 'start request');
      const kept = await table.get(key);
      return (kept?.request as StartRequest | undefined) ?? request;
    },

    async readClaim(request) {
      const item = await table.get(claimKey(request));
      if (item === null) return null;
      return {
        request: item.request as StartRequest,
        eventId: String(item.eventId),
        claimedAt: Number(item.claimedAt),
        ...(typeof item.executionArn !== 'string' ? {} : { executionArn: item.executionArn }),
      };
    },

    async takeClaim(claim, over) {
      const key = claimKey(claim.request);
      if (over === null)
        return (
          (await table.putNew(key, claim, 'start claim')) ||
          isOurs(claim, await this.readClaim(claim.request))
        );
      const values = { ':event': over.eventId, ':at': over.claimedAt };
      const item = await table.update(
        key,
        {
          UpdateExpression: 'SET eventId = :newEvent, claimedAt = :newAt, executionArn = :arn',
          ConditionExpression: 'eventId = :event AND claimedAt = :at',
          ExpressionAttributeValues: {
            ...values,
            ':newEvent': claim.eventId,
            ':newAt': claim.claimedAt,
            ':arn': claim.executionArn ?? null,
          },
        },
        'start claim',
      );
      return item !== null || isOurs(claim, await this.readClaim(claim.request));
    },
  };
}

/** The reply to an earlier try of the same write may have been lost. */
const isOurs = (claim: StartClaim, stored: StartClaim | null): boolean =>
  stored?.eventId === claim.eventId && stored.claimedAt === claim.claimedAt;
