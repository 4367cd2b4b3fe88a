import type { PartitionId, RunId } from '../../../core/ids.ts';
import { fromText, type PartitionRow, type PartitionText } from '../../partition-row.ts';
import { isInstalled } from '../ledger/install.ts';
import { ledgerTable } from '../ledger/names.ts';
import type { Session } from '../session/session.ts';

export const partitionColumns = `id, done, rows_visited AS visited, rows_changed AS changed, batches,
  COALESCE(cursor_key, lower_key) AS after, upper_key AS upper`;

/** In the order of backfills and keys; empty where there is no ledger. */
export async function readPartitions(session: Session, runId: RunId): Promise<readonly PartitionRow[]> {
  if (!(await isInstalled(session))) return [];
  const rows = await session.read<PartitionText>(
    `SELECT ${partitionColumns} FROM ${ledgerTable(session, 'partition')} WHERE run_id = ? ORDER BY backfill, ordinal`,
    [runId],
  );
  return rows.map(fromText);
}

export async function readPartition(
  session: Session,
  runId: RunId,
  id: PartitionId,
): Promise<PartitionRow | null> {
  const rows = await session.read<PartitionText>(
    `SELECT ${partitionColumns} FROM ${ledgerTable(session, 'partition')} WHERE run_id = ? AND id = ?`,
    [runId, id],
  );
  return rows[0] === undefined ? null : fromText(rows[0]);
}
