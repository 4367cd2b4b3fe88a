import type { DatabaseFacts } from '../../../app/ports/engine.ts';
import type { Finding, Statement } from '../../../core/analysis/statement.ts';
import type { SqlSource } from '../../../core/migration.ts';
import type { Claim } from '../../claim.ts';
import { classify } from './classify.ts';
import { notInOwnTransaction } from './findings.ts';
import { Known } from './known.ts';
import { rules } from './rules/all.ts';
import type { FoundAt, Read } from './rules/look.ts';
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
  return script.map(({ text, position, claim, found }, index) => {
    const findings = [...found, ...at(index, together)].map((finding) => ({
      ...bySize(finding, known),
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

const at = (index: number, found: readonly FoundAt[]): readonly Finding[] =>
  found.filter((one) => one.at === index).map(({ finding }) => finding);

/** What only takes long hurts nobody where the table is known to be small. */
function bySize(finding: Finding, known: Known): Finding {
  if (finding.table === undefined || finding.severity !== 'warning' || !scaling.has(finding.rule))
    return finding;
  const bytes = known.smallSize(finding.table);
  if (bytes === null) return finding;
  const size = `${finding.table} holds ${Math.ceil(bytes / 1024)} kB: it is over at once`;
  return { ...finding, severity: 'note', message: `${finding.message} (${size})` };
}

const scaling: ReadonlySet<string> = new Set(
  rules.filter(({ rule }) => rule.bySize).map(({ rule }) => rule.id),
);
