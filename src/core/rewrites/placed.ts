import type { Rewrite } from './rewrite.ts';

/** A rewrite, and where in the migration's files its statement stands. */
export interface PlacedRewrite extends Rewrite {
  readonly place: { readonly in: 'file' } | { readonly in: 'expand' | 'contract'; readonly entry: number };
}
