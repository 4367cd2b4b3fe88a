import { restorePointOf } from './newest-restore-point.ts';
import type { Notice } from './ports/cloud.ts';
import type { RunRecord } from './ports/run-store.ts';
import type { StatusChange } from './status-change.ts';

/**
 * What people are told of a change of status, or null where only programs need to hear of it. A run that waits for
 * an answer says so by itself, with the question.
 */
export function noticeOf(run: RunRecord, change: StatusChange): Notice | null {
  const { runId, target, version, description } = run;
  const head = `Run ${runId} of migration ${version} (${description}) on ${target}`;
  switch (change.to) {
    case 'rolling-back':
      return {
        subject: `Lockkeeper: ${target} goes back`,
        text: `${head} goes back: ${change.because}. Nobody has to do anything now; writes made meanwhile are kept, and before a restore you are asked or told.`,
      };
    case 'restoring': {
      const point = restorePointOf(run);
      return {
        subject: `Lockkeeper: ${target} is being restored`,
        text: `${head} goes back to snapshot ${point?.snapshotId ?? 'of its start'}; writes made since ${point?.recoveryTime ?? 'then'} will be lost.`,
      };
    }
    case 'concluded':
      return {
        subject: `Lockkeeper: ${target} ${change.verdict ?? 'has concluded'}`,
        text: `${head} ended: ${change.verdict ?? 'concluded'}. ${change.because}${next(run, change)}`,
      };
    default:
      return null;
  }
}

function next({ runId }: RunRecord, { verdict }: StatusChange): string {
  switch (verdict) {
    case 'NEEDS_ATTENTION':
      return `\nNothing was deleted. What was done and what failed: lockkeeper report ${runId}.`;
    case 'RESTORED':
      return `\nWrites made after the restore point are missing; the failed instance is kept.`;
    default:
      return '';
  }
}
