import type { Problem } from '../errors.ts';
import type { DeletionSpec } from '../manifest/manifest.ts';
import { planWalk, type TableKnowledge, walkableKey } from './backfill.ts';
import type { RowDeletion } from './plan.ts';
import { noTable } from './unknown-names.ts';

export type DeletionResult =
  | { readonly ok: true; readonly deletion: RowDeletion }
  | { readonly ok: false; readonly problem: Problem };

/** What else has to be known. */
export interface DeletionGround {
  /** The engine deletes in batches. */
  readonly isPossible: boolean;
  /** Tables that a person may have meant by an unknown name. */
  readonly tableNames?: readonly string[] | undefined;
}

/** Chooses the key and the partitions along which rows are deleted, or says what is wrong with it. */
export function planDeletion(
  spec: DeletionSpec,
  ordinal: number,
  table: TableKnowledge | null,
  { isPossible, tableNames = [] }: DeletionGround,
): DeletionResult {
  const refuse = (message: string, expected: string): DeletionResult => {
    const { path: file, line, column } = spec.table;
    return { ok: false, problem: { file, line, column, path: `delete[${ordinal}]`, message, expected } };
  };
  if (!isPossible)
    return refuse('rows are not deleted in batches on this engine yet', 'a DELETE in the migration itself');
  if (table === null) {
    const { message, expected } = noTable(spec.table.value, tableNames);
    return refuse(message, expected);
  }
  const walk = planWalk(spec, table);
  if (typeof walk === 'string') return refuse(walk, walkableKey);
  const { where, reason } = spec;
  return { ok: true, deletion: { ...walk, ordinal, deletes: { where, reason } } };
}
