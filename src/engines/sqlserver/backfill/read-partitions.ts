import type { PartitionId, RunId } from '../../../core/ids.ts';
import { fromText, type PartitionRow, type PartitionText } from '../../partition-row.ts';
import { isInstalled } from '../ledger/install.ts';
import type { Session } from '../session/session.ts';

const columns = `id, done, rows_visited AS visited, rows_changed AS changed, batches,
  COALESCE(cursor_key, lower_key) AS [after], upper_key AS [upper]`;

/** In the order of backfills and keys; empty where there is no ledger. */
export async function readPartitions(session: Session, runId: RunId): Promise<readonly PartitionRow[]> {
  if (!(await isInstalled(session))) return [];
  const rows = await session.read<PartitionText>(
    `SELECT ${columns} FROM lockkeeper.partition WHERE run_id = @run ORDER BY backfill, ordinal`,
    { run: runId },
  );
  return rows.map(fromText);
}

export async function readPartition(
  session: Session,
  runId: RunId,
  id: PartitionId,
): Promise<PartitionRow | null> {
  const rows = await session.read<PartitionText>(
    `SELECT ${columns} FROM lockkeeper.partition WHERE run_id = @run AND id = @id`,
    { run: runId, id },
  );
  return rows[0] === undefined ? null : fromText(rows[0]);
}
