import type { PartitionState } from '../../../app/ports/engine.ts';
import { asPartitionId, type PartitionId, type RunId } from '../../../core/ids.ts';
import { isInstalled } from '../ledger/install.ts';
import type { Session } from '../session/session.ts';

/** Key values as the server writes them, in the order of the key's columns. */
export type KeyTexts = readonly string[];

/** A partition with what only its worker needs. */
export interface PartitionRow extends PartitionState {
  /** Where the next batch begins, exclusive; null: at the smallest key. */
  readonly after: KeyTexts | null;
  /** Inclusive; null: there were no rows. */
  readonly upper: KeyTexts | null;
}

interface TextRow {
  readonly id: string;
  readonly done: string;
  readonly visited: string;
  readonly changed: string;
  readonly batches: string;
  readonly after: string | null;
  readonly upper: string | null;
}

const columns = `id, done, rows_visited AS visited, rows_changed AS changed, batches,
  COALESCE(cursor_key, lower_key) AS [after], upper_key AS [upper]`;
/** In the order of backfills and keys; empty where there is no ledger. */
export async function readPartitions(session: Session, runId: RunId): Promise<readonly PartitionRow[]> {
  if (!(await isInstalled(session))) return [];
  const rows = await session.read<TextRow>(
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
  const rows = await session.read<TextRow>(
    `SELECT ${columns} FROM lockkeeper.partition WHERE run_id = @run AND id = @id`,
    { run: runId, id },
  );
  return rows[0] === undefined ? null : fromText(rows[0]);
}

/** Without what only the worker needs. */
export function stateOf({ id, done, rowsVisited, rowsChanged, batches }: PartitionState): PartitionState {
  return { id, done, rowsVisited, rowsChanged, batches };
}

function fromText(row: TextRow): PartitionRow {
  return {
    id: asPartitionId(row.id),
    done: row.done === '1',
    rowsVisited: Number(row.visited),
    rowsChanged: Number(row.changed),
    batches: Number(row.batches),
    after: row.after === null ? null : (JSON.parse(row.after) as KeyTexts),
    upper: row.upper === null ? null : (JSON.parse(row.upper) as KeyTexts),
  };
}
