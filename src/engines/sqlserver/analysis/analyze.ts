import type { DatabaseFacts } from '../../../app/ports/engine.ts';
import type { Statement } from '../../../core/analysis/statement.ts';
import type { SqlSource } from '../../../core/migration.ts';
import { capabilitiesIn } from '../capabilities.ts';
import { onlineLimits, withOnlineOptions } from '../online/with-online-options.ts';
import { classify } from './classify.ts';
import { ScriptMemory } from './script-memory.ts';
import { splitScript } from './split.ts';

/**
 * Splits a script into what is sent one after the other, and says what each does, as far as its text and what stands
 * before it tell. Throws InputError where a quote or comment does not end, or a batch is not built as T-SQL is.
 *
 * Names are kept as they are written: whether `Users` and `users` are one is a matter of the database's collation.
 * @param facts of the server: indexes are then built in the best way that it knows
 */
export function analyze(source: SqlSource, facts?: DatabaseFacts): readonly Statement[] {
  const capabilities = capabilitiesIn(facts?.serverVersion ?? '');
  const statements = read(source);
  if (capabilities === null) return statements;
  return statements.map((statement) => withOnlineOptions(statement, capabilities, onlineLimits));
}

function read(source: SqlSource): readonly Statement[] {
  const memory = new ScriptMemory();
  return splitScript(source).flatMap(({ statements }) =>
    statements.map(({ text, position, nodes, misplaced }) => {
      const claim = classify(nodes, memory, misplaced);
      const findings = claim.findings.map((finding) => ({ ...finding, position }));
      return { text, position, ...claim, findings };
    }),
  );
}
