import type { Effect, SchemaObject, Statement } from '../analysis/statement.ts';

/** What takes back one effect of a forward script. Names are those that hold when its turn has come. */
export type Undoing = Drop | RenameBack | AlterBack | ByHand;

export interface Drop {
  readonly does: 'drop';
  readonly of: Statement;
  readonly object: SchemaObject;
  /** It was made outside a transaction, without holding anybody up, and should go the same way. */
  readonly outsideTransaction: boolean;
  /** IF NOT EXISTS: it may have been there before, so that it is not the migration's to drop. */
  readonly doubtful: boolean;
  /** The forward statement tolerates that the table is not there. */
  readonly ifTableExists: boolean;
}

export interface RenameBack {
  readonly does: 'rename';
  readonly of: Statement;
  /** By its new name. */
  readonly object: SchemaObject;
  readonly to: string;
  readonly ifExists: boolean;
}

export interface AlterBack {
  readonly does: 'alter';
  readonly of: Statement;
  readonly object: SchemaObject;
  /** The inverse alteration, in the engine's words. */
  readonly what: string;
  readonly ifExists: boolean;
}

/** What the text of the forward script does not tell: a person has to write it. */
export interface ByHand {
  readonly does: 'by-hand';
  readonly of: Statement;
  readonly reason: string;
  /** What does it where nothing was overwritten. */
  readonly unlessReplaced?: Drop;
}

export type Alteration = Extract<Effect, { does: 'alter' }>;

/** What an engine knows of its own statements. */
export interface DownKnowledge {
  /**
   * The alteration that takes this one back, or why there is none, or that it leaves nothing to take back; null where
   * there is nothing to add.
   */
  inverse(
    effect: Alteration,
    of: Statement,
  ): { readonly what: string } | { readonly reason: string } | { readonly nothing: true } | null;
  /** Objects that become part of what the statement creates, as an index does of a constraint. */
  absorbed(of: Statement): readonly SchemaObject[];
}

/** An undoing with the engine's statement for it; null where a person has to write it. */
export interface DraftPart {
  readonly undoing: Undoing;
  readonly sql: string | null;
  /** Why the engine has no statement for it. */
  readonly reason?: string;
}
