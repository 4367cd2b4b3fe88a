import { type Claim, claimOf, type ClaimDetails as Details } from '../../claim.ts';
import { type LockMode, lockModes, strongest, type TableLock } from './locks.ts';

export interface ClaimDetails extends Omit<Details, 'lock'> {
  readonly locks?: readonly TableLock[];
  /** Mode of a lock on a table that the text does not name. */
  readonly lockElsewhere?: LockMode;
}

export const claim = (verb: string, kind: Claim['kind'], details: ClaimDetails = {}): Claim =>
  claimOf(verb, kind, { ...details, lock: lockOf(details) });

const lockOf = ({ locks = [], lockElsewhere }: ClaimDetails): Claim['lock'] =>
  lockElsewhere === undefined
    ? strongest(locks)
    : { mode: lockElsewhere, strength: lockModes.indexOf(lockElsewhere), tables: [] };
