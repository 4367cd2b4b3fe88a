import type { Claim } from '../../claim.ts';
import { alterTable } from './alter-table.ts';
import { create } from './creates.ts';
import { Cursor, Unread } from './cursor.ts';
import { query } from './data.ts';
import { drop, rename } from './drops.ts';
import * as others from './others.ts';
import type { ScriptMemory } from './script-memory.ts';
import * as session from './session.ts';
import type { Token } from './tokens.ts';

/** What a statement does, and whether every word of it was read, so that no grammar need be asked. */
export interface Reading {
  readonly claim: Claim;
  readonly complete: boolean;
}

type Family = (cursor: Cursor, memory: ScriptMemory, tokens: readonly Token[]) => Claim | null;

/** Says what a statement does; null for one that is not known. */
export function classify(tokens: readonly Token[], memory: ScriptMemory): Reading | null {
  for (const [family, isStrict] of families) {
    try {
      const cursor = new Cursor(tokens);
      const claim = family(cursor, memory, cursor.rest);
      if (claim === null) continue;
      return { claim, complete: isStrict || claim.kind === 'unknown' || readWhole.has(claim.verb) };
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
    }
  }
  return null;
}

/** What CREATE reads to the end by itself. */
const readWhole: ReadonlySet<string> = new Set([
  'CREATE TABLE',
  'CREATE TEMPORARY TABLE',
  'CREATE INDEX',
  'CREATE UNIQUE INDEX',
  'CREATE FULLTEXT INDEX',
  'CREATE SPATIAL INDEX',
  'CREATE SEQUENCE',
]);

/** Behind a first word. */
const after =
  (word: string, family: (cursor: Cursor, memory: ScriptMemory) => Claim | null): Family =>
  (cursor, memory) =>
    cursor.accept(word) ? family(cursor, memory) : null;

/** Each answers for its own statements; those marked true read every word, the others leave that to the grammar. */
const families: readonly (readonly [Family, boolean])[] = [
  [after('ALTER', alterTable), true],
  [after('ALTER', others.alterOther), false],
  [after('DROP', drop), true],
  [after('RENAME', rename), true],
  [after('TRUNCATE', others.truncate), true],
  [after('CREATE', create), false],
  [after('SET', session.set), false],
  [after('USE', session.use), true],
  [session.transactionControl, false],
  [others.lockTables, false],
  [others.maintain, false],
  [others.privileges, false],
  [others.look, false],
  [(_cursor, memory, tokens) => query(tokens, memory), false],
  [others.opaquely, true],
];
