import type { DatabaseFacts } from '../../../app/ports/engine.ts';
import type { Finding, SourcePosition, Statement } from '../../../core/analysis/statement.ts';
import { InputError, type Problem } from '../../../core/errors.ts';
import type { SqlSource } from '../../../core/migration.ts';
import type { Claim } from '../../claim.ts';
import { foundAt, milderBySize } from '../../looks.ts';
import { impossibleBeginning } from './beginnings.ts';
import { claim } from './claim.ts';
import { classify } from './classify.ts';
import { definitionOf } from './definition.ts';
import * as found from './findings.ts';
import { type Complaint, loadGrammar, textForGrammar } from './grammar.ts';
import { Known } from './known.ts';
import { chooseOnline } from './online/choose-online.ts';
import { askedOnline } from './online/findings.ts';
import { rules } from './rules/all.ts';
import type { Read } from './rules/look.ts';
import * as unknownStatement from './rules/unknown-statement.ts';
import { ScriptMemory } from './script-memory.ts';
import { type SplitStatement, splitScript } from './split.ts';

/**
 * Splits a script as the server does and says what each statement does, as far as its text and the statements before it
 * tell. Throws InputError with every syntax problem that is one on every server; what only the analysis does not know
 * is taken to do anything.
 * @param facts of the server and its tables, where there is a database to ask
 */
export async function analyze(source: SqlSource, facts?: DatabaseFacts): Promise<readonly Statement[]> {
  const parts = splitScript(source);
  refuseImpossible(source, parts);
  const known = new Known(facts);
  const script = await readScript(parts, new ScriptMemory(known));
  const together = rules.flatMap(({ lookThrough }) => lookThrough?.(script, known) ?? []);
  const bySize = milderBySize(rules, (table) => known.smallSize(table));
  return script.map(({ text, position, claim, at, attempts, found }, index) => ({
    text,
    ...(attempts === null ? {} : { attempts }),
    position,
    ...claim,
    findings: [...found, ...foundAt(index, together)].map((finding) => ({
      ...bySize(finding),
      position: finding.rule === unknownStatement.rule.id ? at : position,
    })),
  }));
}

interface Understood extends Read, SplitStatement {
  /** The place that a doubt about it is about. */
  readonly at: SourcePosition;
  readonly attempts: readonly string[] | null;
  readonly found: readonly Finding[];
}

async function readScript(
  parts: readonly SplitStatement[],
  memory: ScriptMemory,
): Promise<readonly Understood[]> {
  const script: Understood[] = [];
  let inTransaction = false;
  for (const part of parts) {
    const { tokens, text } = part;
    const definition = definitionOf(tokens);
    const seen = { tokens, definition, memory, known: memory.known, inTransaction };
    const shown = rules.flatMap(({ look }) => look?.(seen) ?? []);
    const { claim, at } = await understand(part, memory);
    const online = claim.kind === 'schema' ? howOnline(text, memory) : null;
    if (claim.kind === 'begin') inTransaction = true;
    const commits = inTransaction && !claim.transactional ? [found.implicitCommit(claim.verb)] : [];
    if (claim.kind === 'commit' || claim.kind === 'rollback' || commits.length > 0) inTransaction = false;
    const versioned = tokens.some(({ kind }) => kind === 'open') ? [found.versionedComment] : [];
    const findings = [...commits, ...claim.findings, ...versioned, ...shown, ...(online?.findings ?? [])];
    const attempts = online?.attempts ?? null;
    script.push({ ...part, definition, claim, at, attempts, inTransaction, found: findings });
  }
  return script;
}

/** How the server is to do it, on a table that others use. */
function howOnline(
  text: string,
  memory: ScriptMemory,
): { readonly attempts: readonly string[]; readonly findings: readonly Finding[] } | null {
  const { known } = memory;
  const { server } = known;
  if (server === null) return null;
  const choice = chooseOnline(text, server, (table) => known.instantChangesLeft(table));
  if (choice === null || memory.isNew(choice.table)) return null;
  return { attempts: choice.attempts, findings: [askedOnline(choice, server)] };
}

/** What a statement does, and the place that a doubt about it is about. */
async function understand(
  part: SplitStatement,
  memory: ScriptMemory,
): Promise<{ readonly claim: Claim; readonly at: SourcePosition }> {
  const reading = classify(part.tokens, memory);
  if (reading?.complete) return { claim: reading.claim, at: part.position };
  const grammar = await loadGrammar();
  const complaint = grammar(textForGrammar(part.text, part.tokens));
  if (reading !== null && complaint === null) return { claim: reading.claim, at: part.position };
  return {
    claim: anything(part, reading?.claim, complaint),
    at: complaint === null ? part.position : placeOf(complaint, part.position),
  };
}

/** Nobody knows what it does: it is taken to do anything. */
function anything(part: SplitStatement, read: Claim | undefined, complaint: Complaint | null): Claim {
  const words = part.tokens.filter(({ kind }) => kind === 'word').slice(0, 2);
  const verb = read?.verb ?? words.map(({ value }) => value).join(' ');
  const why =
    complaint === null
      ? found.unknown(`the statement (${verb}) is not one that Lockkeeper knows`)
      : found.unknownToGrammar(complaint.message);
  return claim(verb, 'unknown', {
    transactional: false,
    long: true,
    effects: read?.effects ?? [],
    destroys: true,
    findings: [why],
  });
}

function placeOf({ line, column }: Complaint, { path, ...begins }: SourcePosition): SourcePosition {
  return { path, line: begins.line + line - 1, column: line === 1 ? begins.column + column - 1 : column };
}

function refuseImpossible(source: SqlSource, parts: readonly SplitStatement[]): void {
  const problems = parts.flatMap(({ tokens, text, position: { line, column } }): Problem[] => {
    const message = impossibleBeginning(tokens);
    const [shown = ''] = text.split('\n', 1);
    const excerpt = shown.length > 120 ? `${shown.slice(0, 117)}…` : shown;
    return message === null
      ? []
      : [{ file: source.path, line, column, message: `${message}, in: ${excerpt}` }];
  });
  const count = problems.length === 1 ? 'a syntax problem' : `${problems.length} syntax problems`;
  if (problems.length > 0) throw new InputError(`${source.path} has ${count}`, problems);
}
