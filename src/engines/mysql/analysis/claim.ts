import type { SchemaObject } from '../../../core/analysis/statement.ts';
import { type Claim, claimOf, type ClaimDetails as Details } from '../../claim.ts';
import { strongest, type TableLock } from './locks.ts';

export interface ClaimDetails extends Omit<Details, 'lock'> {
  readonly locks?: readonly TableLock[];
}

/** By default a statement that changes the schema commits by itself. */
export const claim = (verb: string, kind: Claim['kind'], details: ClaimDetails = {}): Claim =>
  claimOf(verb, kind, {
    transactional: kind !== 'schema',
    ...details,
    lock: strongest(details.locks ?? []),
  });

/** An index belongs to its table: two tables may have indexes of one name. */
export const indexOf = (table: string, name: string): SchemaObject => ({
  type: 'index',
  name,
  table,
  inTable: true,
});
