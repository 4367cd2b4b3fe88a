import { FatalError } from '../../../core/errors.ts';
import { enterUnder } from '../ledger/enter-run.ts';
import { lockTargetToCommit } from '../session/target-lock.ts';
import type { TargetWork } from '../target-work.ts';
import { attemptBlock } from './attempt-block.ts';
import type { DataApiLink } from './data-api-link.ts';
import { openPartition } from './partition-session.ts';

/** Work under locks that last as long as the transactions which do it. */
export const dataApiWork = (link: DataApiLink): TargetWork => ({
  enterRun: (entry) =>
    link.within('enter run', { runId: entry.runId, role: 'enter' }, (transaction) =>
      enterUnder(transaction, link, () => lockTargetToCommit(transaction), entry, link.signal),
    ),
  attemptStep: (step, options) => attemptBlock(link, step, options),
  openPartition: (runId, fence, backfill, id) => openPartition(link, runId, fence, backfill, id),
  async holdForRunner() {
    throw new FatalError('the Data API keeps no session that could hold the target for a program', {
      code: 'out-of-reach',
      remedy: 'use transport: direct',
    });
  },
});
