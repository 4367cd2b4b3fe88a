import type { Check } from '../core/checks.ts';
import type { Problem } from '../core/errors.ts';
import type { Recorded } from '../core/history/recorded.ts';
import type { EngineName } from '../core/ids.ts';
import type { Located } from '../core/manifest/manifest.ts';
import type { FolderFormat, SqlSource } from '../core/migration.ts';

/**
 * One migration as its own files tell it, before the manifest beside it is read. Every format gives these, and
 * nothing else of it is seen outside its folder.
 */
export interface Draft {
  /** As its files say it; empty for repeatable migrations. */
  readonly version: string;
  readonly description: string;
  readonly repeatable: boolean;
  /** Its lines stand where they stand in the file. */
  readonly up: SqlSource | null;
  /** The forward part as its author wrote it: what the checksum is taken of. Null without one. */
  readonly authored: string | null;
  readonly down: SqlSource | null;
  readonly manifest: SqlSource | null;
  readonly withoutTransaction?: boolean;
  /** What its files want to be true beforehand. */
  readonly before?: readonly Located<Check>[];
  readonly recorded?: Recorded;
  /** What a forward part or a way down would be, for messages: `U042__x.sql`, `a section "-- migrate:down"`. */
  readonly missing: { readonly up: string; readonly down: string };
}

/** What a format makes of the files of a folder. */
export interface Reading {
  /** In the order in which they are applied. */
  readonly drafts: readonly Draft[];
  readonly problems: readonly Problem[];
  /** SQL files that it has no place for are problems, unless a manifest names them. */
  readonly unplaced: readonly SqlSource[];
}

export interface Surroundings {
  /** Whose SQL is to be written where files say what to do in words of their own. */
  readonly engine: EngineName;
}

/** A convention of migration files. */
export interface Format {
  readonly name: FolderFormat;
  /** What its files are, before the name of one of them: `named like`. */
  readonly sign: string;
  /** What its files are called or hold, for a person who has one that does not fit. */
  readonly patterns: string;
  /** The files that can only be of this format, or would be overlooked by every other. */
  findSigns(files: readonly SqlSource[]): readonly SqlSource[];
  read(files: readonly SqlSource[], surroundings: Surroundings): Reading;
  /** Why a file that it has no place for looks as if it should have one; null when it does not look so. */
  explainUnplaced?(source: SqlSource): string | null;
}
