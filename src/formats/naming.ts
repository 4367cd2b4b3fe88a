/** The conventions a folder of migrations may follow. */
export type FolderFormat = 'flyway' | 'up-down';

/** What a file's name says by its convention. */
export interface MigrationFileName {
  readonly role: 'up' | 'down' | 'manifest';
  /** As the name spells it; empty for repeatable migrations. */
  readonly version: string;
  /** As the name spells it, underscores and all. */
  readonly description: string;
  readonly repeatable: boolean;
}

/** A convention for naming migration files. */
export interface Naming {
  readonly format: FolderFormat;
  /** What a file is by its base name, or null when the convention does not know it. */
  read(base: string): MigrationFileName | null;
  /** Why a name that `read` does not know looks as if it should be known; null when it does not look so. */
  explainUnknown(base: string): string | null;
  /** The base name a file of that role would have. */
  write(name: MigrationFileName): string;
  /** The names of SQL files, for a person. */
  readonly patterns: string;
}
