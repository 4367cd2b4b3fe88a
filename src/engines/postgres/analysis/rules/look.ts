import type { Claim } from '../../../claim.ts';
import type * as looks from '../../../looks.ts';
import type { Known } from '../known.ts';
import type { Node } from '../parser.ts';
import type { ScriptMemory } from '../script-memory.ts';

/** A statement before it is carried out. */
export interface Seen {
  readonly node: Node;
  /** From its first token to its last. */
  readonly text: string;
  /** What the statements before it have done. */
  readonly memory: ScriptMemory;
  readonly known: Known;
  /** Between the script’s own BEGIN and COMMIT. */
  readonly inTransaction: boolean;
}

/** A statement of a script that has been read to its end. */
export interface Read {
  readonly node: Node;
  readonly claim: Claim;
  readonly inTransaction: boolean;
}

export type Look = looks.Look<Seen>;
export type LookThrough = looks.LookThrough<Read, Known>;
export type RuleFile = looks.LookingRule<Seen, Read, Known>;
