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
  /** What a file is by its name, or null when the convention does not know it. */
  read(path: string): MigrationFileName | null;
  /** The name that a file of that role would have. */
  write(name: MigrationFileName): string;
}
