import type { Rule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';
import type { Claim } from '../../../claim.ts';
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

/** What one statement shows by itself, beyond what classification finds. */
export type Look = (seen: Seen) => readonly Finding[];

/** A statement of a script that has been read to its end. */
export interface Read {
  readonly node: Node;
  readonly claim: Claim;
  readonly inTransaction: boolean;
}

export interface FoundAt {
  /** Place of the statement in the script, from 0. */
  readonly at: number;
  readonly finding: Finding;
}

/** What only several statements together show. */
export type LookThrough = (script: readonly Read[], known: Known) => readonly FoundAt[];

/** A file of a rule. A rule without either look is found by classification itself. */
export interface RuleFile {
  readonly rule: Rule;
  readonly look?: Look;
  readonly lookThrough?: LookThrough;
}
