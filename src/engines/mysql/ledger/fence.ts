import { guards } from '../errors.ts';
import { ledgerTable } from './names.ts';

/** The largest BIGINT UNSIGNED: whatever is added to it fails with error 1690, and the script stops there. */
const LARGEST = '18446744073709551615';

/**
 * A statement that fails unless the fence is the current one. The share lock makes a new fence wait for the
 * transactions under the old one. The alias comes back in the error's text, by which it is known.
 */
export const assertFence = (session: { readonly database: string }, fence: number): string =>
  `SELECT ${LARGEST} + (COALESCE(MAX(${guards.staleFence}.fence), 0) <> ${fence})
FROM ${ledgerTable(session, 'fence')} ${guards.staleFence} LOCK IN SHARE MODE`;

/** Like `assertFence`, but raises an older fence: a restored ledger may have gone back in time. */
export const claimFence = (session: { readonly database: string }, fence: number): string =>
  `UPDATE ${ledgerTable(session, 'fence')} SET fence = GREATEST(fence, ${fence});
${assertFence(session, fence)}`;

/** A statement that fails unless `condition` holds for exactly one row of the partitions, which it locks. */
export const assertPartition = (session: { readonly database: string }, condition: string): string =>
  `SELECT ${LARGEST} + (COUNT(${guards.partitionMoved}.id) <> 1)
FROM ${ledgerTable(session, 'partition')} ${guards.partitionMoved} WHERE ${condition} FOR UPDATE`;
