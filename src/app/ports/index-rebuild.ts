import type { IndexRebuildDraft } from '../../core/plan/index-rebuild.ts';
import type { Obstacle } from './replacement.ts';

/** A table whose indexes are to go for a while. */
export interface IndexRebuildInput {
  /** Schema-qualified, as the server knows it. */
  readonly table: string;
  /** As their author names them; null for all that can go. */
  readonly indexes: readonly string[] | null;
}

export type IndexRebuildAnswer =
  | { readonly ok: true; readonly draft: IndexRebuildDraft }
  | { readonly ok: false; readonly obstacles: readonly Obstacle[] };
