import type { Statement } from '../../core/analysis/statement.ts';
import { type ClaimDetails, claim } from './analysis/claim.ts';

/** A statement of Lockkeeper's own, with what it does. */
export const ownStatement = (verb: string, text: string, details: ClaimDetails = {}): Statement => ({
  text,
  position: { path: 'lockkeeper', line: 1, column: 1 },
  ...claim(verb, 'schema', details),
});
