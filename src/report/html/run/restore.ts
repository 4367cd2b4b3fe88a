import type { RunReport } from '../../run-report.ts';
import { html } from '../html.ts';
import type { Section } from '../page.ts';
import { bullets, code } from '../parts.ts';

/** The snapshots taken, and the restore where there was one. */
export function restoreSection({ restorePoints, restore }: RunReport): Section[] {
  if (restorePoints.length === 0 && restore === null) return [];
  const points = restorePoints.map(
    ({ snapshotId, takenFor, recoveryTime }) =>
      html`Snapshot ${code(snapshotId)}, taken ${takenFor === 'start' ? 'before the first change' : 'before the contract'}:
${recoveryTime === undefined ? 'never became available' : `recovery point ${recoveryTime}`}.`,
  );
  return [{ id: 'restore', title: 'Restore point', body: bullets([...points, ...restored(restore)]) }];
}

function restored(restore: RunReport['restore']) {
  if (restore === null) return [];
  const { snapshotId, restoredAs, failedKeptAs, stage, differences, secondsOfWritesLost } = restore;
  const loss =
    secondsOfWritesLost === null
      ? 'No name was changed.'
      : html`The failed database is kept as ${code(failedKeptAs)}. Writes of ${secondsOfWritesLost} s between the
recovery point and the swap are lost.`;
  return [
    html`Restored ${code(snapshotId)} as ${code(restoredAs)}; it got as far as “${stage}”. ${loss}`,
    ...differences.map((text) => html`Difference: ${text}`),
  ];
}
