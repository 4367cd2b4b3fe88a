import type { Effect, Finding } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered, written } from '../../effects.ts';
import { claim } from './claim.ts';
import * as found from './findings.ts';
import { writingCallsIn } from './functions.ts';
import type { ScriptMemory } from './script-memory.ts';
import { type TableReference, tablesReadBy } from './tables.ts';
import type { Token } from './tokens.ts';

export interface Change {
  readonly what: string;
  /** What is to be said of a change of every row. */
  readonly whole: ((table: string) => Finding) | null;
  /** The columns that are set, where it is one table’s. */
  readonly columns: readonly string[] | null;
}

/** Rows and columns that the script made itself are nobody's loss. */
export function change(
  tokens: readonly Token[],
  verb: string,
  targets: readonly string[],
  references: readonly TableReference[],
  memory: ScriptMemory,
  { what, whole, columns }: Change,
): Claim {
  const [only = ''] = targets;
  const onlyNew =
    columns !== null && columns.length > 0 && columns.every((name) => memory.isNewColumn(only, name));
  const lost = onlyNew ? [] : targets.filter((table) => !memory.isNew(table));
  const effects: readonly Effect[] =
    onlyNew && columns !== null
      ? columns.map((name) => altered({ type: 'column', name, table: only }, 'values'))
      : targets.map(written);
  const reads = [...references.map(({ name }) => name), ...tablesReadBy(tokens)];
  return withCalls(tokens, {
    verb,
    table: targets,
    reads: reads.filter((name) => !targets.includes(name)),
    long: !targets.every((table) => memory.isSmall(table)),
    effects,
    losses: lost.map((table) => `${what} ${table}`),
    findings: whole === null || memory.isNew(only) ? [] : [whole(only)],
  });
}

export interface Write {
  readonly verb: string;
  readonly table: string | readonly string[];
  readonly reads: readonly string[];
  readonly long: boolean;
  readonly effects: readonly Effect[];
  readonly losses: readonly string[];
  readonly findings: readonly Finding[];
}

/** A function that is not the server's own may do anything beside. */
export function withCalls(tokens: readonly Token[], write: Write): Claim {
  const suspects = writingCallsIn(tokens);
  const calls = suspects.map((name) => `${name}(…)`).join(', ');
  return claim(write.verb, suspects.length > 0 ? 'unknown' : 'data', {
    long: write.long,
    locks: [...lockOn('SHARED WRITE', ...[write.table].flat()), ...lockOn('SHARED READ', ...write.reads)],
    effects: write.effects,
    destroys: write.losses.length > 0 || suspects.length > 0,
    findings: [
      ...write.losses.map(found.destructive),
      ...write.findings,
      ...(suspects.length > 0 ? [found.unknown(`the statement calls ${calls}, which may write`)] : []),
    ],
  });
}
