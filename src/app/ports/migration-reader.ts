import type { EngineName } from '../../core/ids.ts';
import type { FolderFormat, Migration, SqlSource } from '../../core/migration.ts';

/** Reads a team's files, whatever their convention. Throws InputError with every problem found. */
export interface MigrationReader {
  read(files: readonly SqlSource[], options?: ReaderOptions): readonly Migration[];
}

export interface ReaderOptions {
  /** The convention, where a person has named it; detected when absent. */
  readonly format?: FolderFormat;
  /** Whose SQL is to be written where files say what to do in words of their own; PostgreSQL's when absent. */
  readonly engine?: EngineName;
}
