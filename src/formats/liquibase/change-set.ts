import type { Check } from '../../core/checks.ts';
import type { Located } from '../../core/manifest/manifest.ts';
import type { SqlSource } from '../../core/migration.ts';

/** One change set, from whichever kind of change log. */
export interface ChangeSet {
  readonly id: string;
  readonly author: string;
  /** The change log it stands in, or the path that it gives itself. */
  readonly file: string;
  readonly up: SqlSource;
  readonly down: SqlSource | null;
  /** What it says, apart from the way back, comments and conditions. */
  readonly authored: string;
  readonly before: readonly Located<Check>[];
  readonly withoutTransaction: boolean;
  /** Runs again whenever it was changed. */
  readonly repeatable: boolean;
}
