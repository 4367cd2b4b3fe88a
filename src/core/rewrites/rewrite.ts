import type { SourcePosition } from '../analysis/statement.ts';

/** What does the same as a statement without holding others up. */
export interface Rewrite {
  /** The findings that it answers. */
  readonly rules: readonly string[];
  readonly position: SourcePosition;
  /** The author's statement, letter by letter. */
  readonly original: string;
  /** In its place, in this order; each is a step of its own. */
  readonly statements: readonly string[];
  /** What SQL cannot say in one go: rows to fill in batches, and what follows once they are filled. */
  readonly later?: LaterWork;
  /** What is gained, in one line. */
  readonly why: string;
}

export interface LaterWork {
  readonly backfills?: readonly LaterBackfill[];
  /** As a manifest writes them. */
  readonly checks?: { readonly before: readonly ManifestCheck[]; readonly after: readonly ManifestCheck[] };
  readonly contract: readonly string[];
  /** What it has to wait for: for old code to be gone, or for a person who has looked what it would do. */
  readonly contractAfter?: 'deployment' | 'approval';
}

export interface LaterBackfill {
  readonly table: string;
  readonly set: Readonly<Record<string, string>>;
  readonly where: string;
  /** Whether triggers give rows that are written meanwhile their values; a default may have done so already. */
  readonly keepCurrent?: true;
}

type ManifestCheck = Readonly<Record<string, object>>;
