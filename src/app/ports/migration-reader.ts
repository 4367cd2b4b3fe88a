import type { Migration, SqlSource } from '../../core/migration.ts';

/** Reads a team's files, whatever their convention. Throws InputError with every problem found. */
export interface MigrationReader {
  read(files: readonly SqlSource[]): readonly Migration[];
}
