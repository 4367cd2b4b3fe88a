/** How the history table of a team's own tool knows a migration. */
export type Recorded =
  | {
      readonly tool: 'flyway';
      /** As the file name says it, dots for underscores; null for repeatable migrations. */
      readonly version: string | null;
      readonly description: string;
      /** Relative to the folder that holds all scripts. */
      readonly script: string;
      /** CRC32 of the lines, as a signed 32-bit number. */
      readonly checksum: number;
    }
  | { readonly tool: 'golang-migrate'; readonly version: string }
  | { readonly tool: 'diesel'; readonly version: string }
  | { readonly tool: 'dbmate'; readonly version: string }
  | { readonly tool: 'goose'; readonly version: string }
  | { readonly tool: 'alembic'; readonly revision: string; readonly parents: readonly string[] }
  | { readonly tool: 'liquibase'; readonly id: string; readonly author: string; readonly file: string }
  /** The checksum is the SHA-256 of the file. */
  | { readonly tool: 'prisma'; readonly name: string; readonly checksum: string }
  /** `when` in milliseconds since 1970, as the journal says; the hash is the SHA-256 of the file. */
  | { readonly tool: 'drizzle'; readonly hash: string; readonly when: number }
  | { readonly tool: 'node-pg-migrate'; readonly name: string }
  | { readonly tool: 'sqitch'; readonly project: string; readonly change: string };

/** A tool that teams migrate with, and that keeps a history of its own in the database. */
export type Tool = Recorded['tool'];
