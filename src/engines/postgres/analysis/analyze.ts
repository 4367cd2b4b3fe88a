import type { DatabaseFacts } from '../../../app/ports/engine.ts';
import type { Finding, Statement } from '../../../core/analysis/statement.ts';
import type { SqlSource } from '../../../core/migration.ts';
import type { Claim } from '../../claim.ts';
import { foundAt, milderBySize } from '../../looks.ts';
import { classify } from './classify.ts';
import { notInOwnTransaction } from './findings.ts';
import { Known } from './known.ts';
import { rules } from './rules/all.ts';
import type { Read } from './rules/look.ts';
import { ScriptMemory } from './script-memory.ts';
import { type ParsedStatement, splitScript } from './split.ts';

/**
 * Splits a script with the server's own grammar and says what each statement does, as far as its text and the
 * statements before it tell. Throws InputError with every syntax problem.
 * @param facts of the tables that the script names, where there is a database to ask
 */
export async function analyze(source: SqlSource, facts?: DatabaseFacts): Promise<readonly Statement[]> {
  const known = new Known(facts);
  const parsed = await splitScript(source);
  const script = readScript(parsed, known);
  const together = rules.flatMap(({ lookThrough }) => lookThrough?.(script, known) ?? []);
  const bySize = milderBySize(rules, (table) => known.smallSize(table));
  return script.map(({ text, position, claim, found }, index) => {
    const findings = [...found, ...foundAt(index, together)].map((finding) => ({
      ...bySize(finding),
      position,
    }));
    return { text, position, ...claim, findings };
  });
}

interface Understood extends Read, ParsedStatement {
  readonly found: readonly Finding[];
}

function readScript(parsed: readonly ParsedStatement[], known: Known): readonly Understood[] {
  const memory = new ScriptMemory(known);
  let inTransaction = false;
  return parsed.map((statement) => {
    const { node, text } = statement;
    const seen = rules.flatMap(({ look }) => look?.({ node, text, memory, known, inTransaction }) ?? []);
    const claim = classify(node, memory);
    inTransaction = transactionAfter(claim, inTransaction);
    const misplaced = inTransaction && !claim.transactional ? [notInOwnTransaction(claim.verb)] : [];
    return { ...statement, claim, inTransaction, found: [...misplaced, ...claim.findings, ...seen] };
  });
}

function transactionAfter({ kind }: Claim, before: boolean): boolean {
  if (kind === 'begin') return true;
  return kind === 'commit' || kind === 'rollback' ? false : before;
}
