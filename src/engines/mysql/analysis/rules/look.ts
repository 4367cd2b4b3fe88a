import type { Claim } from '../../../claim.ts';
import type * as looks from '../../../looks.ts';
import type { Definition } from '../definition.ts';
import type { Known } from '../known.ts';
import type { ScriptMemory } from '../script-memory.ts';
import type { Token } from '../tokens.ts';

/** A statement before it is carried out. */
export interface Seen {
  readonly tokens: readonly Token[];
  /** Null where it defines no part of a table, or was not read to its end. */
  readonly definition: Definition | null;
  /** What the statements before it have done. */
  readonly memory: ScriptMemory;
  readonly known: Known;
  /** Between the script’s own BEGIN and COMMIT. */
  readonly inTransaction: boolean;
}

/** A statement of a script that has been read to its end. */
export interface Read {
  readonly tokens: readonly Token[];
  readonly definition: Definition | null;
  readonly claim: Claim;
  readonly inTransaction: boolean;
}

export type Look = looks.Look<Seen>;
export type LookThrough = looks.LookThrough<Read, Known>;
export type RuleFile = looks.LookingRule<Seen, Read, Known>;
