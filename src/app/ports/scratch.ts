import type { BackfillSpec } from '../../core/manifest/manifest.ts';
import type { Step } from '../../core/plan/plan.ts';
import type { SchemaFingerprint } from './engine.ts';

/** A place to try migrations out, of which nothing is left afterwards. */
export interface Scratch {
  /** A database as it is now, to be thrown away; the original can be gone on with once the copy is there. */
  copy(): Promise<ScratchDatabase>;
  /** The database that the forward scripts build up. */
  readonly main: ScratchDatabase;
  /** Drops every database that was made, whatever has happened. */
  close(): Promise<void>;
}

export interface ScratchDatabase {
  /** In one session, a transaction each unless it stands alone. Throws FatalError with the server's words. */
  run(steps: readonly Step[]): Promise<void>;
  /** All rows in one statement. */
  backfill(spec: BackfillSpec): Promise<void>;
  fingerprint(): Promise<SchemaFingerprint>;
  drop(): Promise<void>;
}
