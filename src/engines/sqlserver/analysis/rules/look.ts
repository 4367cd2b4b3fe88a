import type { Claim } from '../../../claim.ts';
import type * as looks from '../../../looks.ts';
import type { Known } from '../known.ts';
import type { Token } from '../lexer.ts';
import type { ScriptMemory } from '../script-memory.ts';

/** What is sent together, before it is carried out. */
export interface Seen {
  /** Its statements, those inside blocks as well; bodies of views, procedures and triggers are left out. */
  readonly statements: readonly (readonly Token[])[];
  /** What the statements before it have done. */
  readonly memory: ScriptMemory;
}

/** The same, of a script that has been read to its end. */
export interface Read {
  readonly statements: readonly (readonly Token[])[];
  readonly claim: Claim;
  /** Between the script’s own BEGIN and COMMIT, once this has been carried out. */
  readonly inTransaction: boolean;
}

export type Look = looks.Look<Seen>;
export type LookThrough = looks.LookThrough<Read, Known>;
export type RuleFile = looks.LookingRule<Seen, Read, Known>;
