import type { PartitionState } from '../app/ports/engine.ts';
import { asPartitionId } from '../core/ids.ts';

/** Key values as the engine's `key-sql.ts` writes them out, in the order of the key's columns. */
export type KeyTexts = readonly string[];

/** A partition with what only its worker needs. */
export interface PartitionRow extends PartitionState {
  /** Where the next batch begins, exclusive; null: at the smallest key. */
  readonly after: KeyTexts | null;
  /** Inclusive; null: there were no rows. */
  readonly upper: KeyTexts | null;
}

/** A row of the ledger's partitions as the server writes it out: `done` is 0 or 1, keys are JSON. */
export interface PartitionText {
  readonly id: string;
  readonly done: string;
  readonly visited: string;
  readonly changed: string;
  readonly batches: string;
  readonly after: string | null;
  readonly upper: string | null;
}

export function fromText(row: PartitionText): PartitionRow {
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

/** Without what only the worker needs. */
export function stateOf({ id, done, rowsVisited, rowsChanged, batches }: PartitionState): PartitionState {
  return { id, done, rowsVisited, rowsChanged, batches };
}
