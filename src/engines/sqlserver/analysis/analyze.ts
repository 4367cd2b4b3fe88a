import type { DatabaseFacts } from '../../../app/ports/engine.ts';
import type { Statement } from '../../../core/analysis/statement.ts';
import type { SqlSource } from '../../../core/migration.ts';
import type { Claim } from '../../claim.ts';
import { foundAt, milderBySize } from '../../looks.ts';
import { onlineLimits, withOnlineOptions } from '../online/with-online-options.ts';
import { classify } from './classify.ts';
import { Known } from './known.ts';
import { plainStatements } from './plain-statements.ts';
import { rules } from './rules/all.ts';
import type { Read } from './rules/look.ts';
import { ScriptMemory } from './script-memory.ts';
import { type SplitStatement, splitScript } from './split.ts';

/**
 * Splits a script into what is sent one after the other, and says what each does, as far as its text and what stands
 * before it tell. Throws InputError where a quote or comment does not end, or a batch is not built as T-SQL is.
 *
 * Names are kept as they are written: whether `Users` and `users` are one is a matter of the database's collation.
 * @param facts of the server: indexes are then built in the best way that it knows
 */
export function analyze(source: SqlSource, facts?: DatabaseFacts): readonly Statement[] {
  const known = new Known(facts);
  const script = readScript(source, new ScriptMemory(known));
  const together = rules.flatMap(({ lookThrough }) => lookThrough?.(script, known) ?? []);
  const bySize = milderBySize(rules, (table) => known.smallSize(table));
  return script.map(({ text, position, claim }, index) => {
    const findings = [...claim.findings, ...foundAt(index, together)];
    const statement = { text, position, ...claim, findings: findings.map((one) => ({ ...one, position })) };
    const { capabilities } = known;
    const best = capabilities === null ? statement : withOnlineOptions(statement, capabilities, onlineLimits);
    return { ...best, findings: best.findings.map(bySize) };
  });
}

type Understood = Read & Pick<SplitStatement, 'text' | 'position'>;

function readScript(source: SqlSource, memory: ScriptMemory): readonly Understood[] {
  let inTransaction = false;
  return splitScript(source)
    .flatMap(({ statements }) => statements)
    .map(({ text, position, nodes, misplaced }) => {
      const seen = { statements: plainStatements(nodes), memory };
      const shown = rules.flatMap(({ look }) => look?.(seen) ?? []);
      const read = classify(nodes, memory, misplaced);
      const claim: Claim = { ...read, findings: [...read.findings, ...shown] };
      if (claim.kind === 'begin') inTransaction = true;
      if (claim.kind === 'commit' || claim.kind === 'rollback') inTransaction = false;
      return { text, position, statements: seen.statements, claim, inTransaction };
    });
}
