import type { RunRecord } from './ports/run-store.ts';

/** The newest restore point that is available, with the schema it holds. */
export function restorePointOf(run: RunRecord): {
  readonly snapshotId: string;
  readonly recoveryTime: string;
  readonly purpose: 'start' | 'contract';
} | null {
  const { contractRestorePoint: contract, restorePoint: start } = run;
  if (contract?.recoveryTime !== undefined) {
    return { snapshotId: contract.snapshotId, recoveryTime: contract.recoveryTime, purpose: 'contract' };
  }
  if (start?.recoveryTime === undefined) return null;
  return { snapshotId: start.snapshotId, recoveryTime: start.recoveryTime, purpose: 'start' };
}
