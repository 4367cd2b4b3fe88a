import type { Statement } from '../../../core/analysis/statement.ts';
import type { SqlSource } from '../../../core/migration.ts';
import { classify } from './classify.ts';
import { notInOwnTransaction } from './findings.ts';
import { ScriptMemory } from './script-memory.ts';
import { splitScript } from './split.ts';

/**
 * Splits a script with the server's own grammar and says what each statement does, as far as its text and the
 * statements before it tell. Throws InputError with every syntax problem.
 */
export async function analyze(source: SqlSource): Promise<readonly Statement[]> {
  const parsed = await splitScript(source);
  const memory = new ScriptMemory();
  let inTransaction = false;
  return parsed.map(({ text, position, node }) => {
    const claim = classify(node, memory);
    if (claim.kind === 'begin') inTransaction = true;
    else if (claim.kind === 'commit' || claim.kind === 'rollback') inTransaction = false;
    const misplaced = inTransaction && !claim.transactional ? [notInOwnTransaction(claim.verb)] : [];
    const findings = [...misplaced, ...claim.findings].map((finding) => ({ ...finding, position }));
    return { text, position, ...claim, findings };
  });
}
