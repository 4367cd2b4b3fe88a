import type { Statement } from '../../core/analysis/statement.ts';
import type { KeyColumn } from '../../core/plan/plan.ts';
import type { ReplacementDraft } from '../../core/plan/replacement.ts';

/** A table to be replaced, as its author describes the new one. */
export interface ReplacementInput {
  readonly version: string;
  /** Schema-qualified, as the server knows it. */
  readonly table: string;
  /** Along it the rows are walked, and by it a row is told from the others in both tables. */
  readonly key: readonly KeyColumn[];
  readonly from: 'copy' | 'nothing';
  /** What changes the empty copy, or makes the table, under its own name without a schema. */
  readonly statements: readonly Statement[];
  readonly up: Readonly<Record<string, string>>;
  readonly down: Readonly<Record<string, string>>;
}

/** Something that stands in the way, and where in the manifest's `replace` it comes from, if anywhere. */
export interface Obstacle {
  readonly at?: readonly (string | number)[];
  readonly message: string;
  readonly expected?: string;
}

export type ReplacementAnswer =
  | { readonly ok: true; readonly draft: ReplacementDraft }
  | { readonly ok: false; readonly obstacles: readonly Obstacle[] };
