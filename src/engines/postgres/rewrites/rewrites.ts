import type { Statement } from '../../../core/analysis/statement.ts';
import type { SqlSource } from '../../../core/migration.ts';
import type { Rewrite } from '../../../core/rewrites/rewrite.ts';
import { analyze } from '../analysis/analyze.ts';
import { loadParser } from '../analysis/parser.ts';
import { splitScript } from '../analysis/split.ts';
import { concurrentIndex } from './concurrent-index.ts';
import { notValid } from './not-valid.ts';
import { setNotNull } from './set-not-null.ts';
import { uniqueIndex } from './unique-index.ts';
import { actionsOf, type Replacement, type Unsafe, type UnsafeAction } from './unsafe.ts';
import { volatileDefault } from './volatile-default.ts';

/** By the rule whose finding it answers. */
const byRule: Readonly<Record<string, (action: UnsafeAction) => Replacement | null>> = {
  'set-not-null-scan': setNotNull,
  'constraint-not-not-valid': notValid,
  'unique-constraint-builds-index': uniqueIndex,
  'volatile-default-rewrite': volatileDefault,
};
const indexRule = 'index-not-concurrent';

/**
 * The safe sequence for each statement of a script for which there is one. A statement between the author's own
 * BEGIN and COMMIT is left alone: taking it out of the transaction is theirs to decide. Throws InputError with
 * every syntax problem.
 */
export async function findRewrites(source: SqlSource): Promise<readonly Rewrite[]> {
  const [statements, parsed, parser] = [await analyze(source), await splitScript(source), await loadParser()];
  let inTransaction = false;
  return statements.flatMap((statement, index) => {
    if (statement.kind === 'begin') inTransaction = true;
    else if (statement.kind === 'commit' || statement.kind === 'rollback') inTransaction = false;
    const node = parsed[index]?.node;
    if (inTransaction || node === undefined) return [];
    // Places in the tree count from the beginning of the script: those of the statement by itself are wanted.
    const [alone] = parser.parse(statement.text).stmts ?? [];
    const rewrite = rewriteOf({ statement, node: alone?.stmt ?? node, parser });
    return rewrite === null ? [] : [rewrite];
  });
}

function rewriteOf(unsafe: Unsafe): Rewrite | null {
  const { statement } = unsafe;
  const found = new Set(statement.findings.map((finding) => finding.rule));
  if (found.has(indexRule)) {
    const replacement = concurrentIndex(unsafe);
    return replacement === null ? null : asRewrite(statement, [indexRule], [replacement]);
  }
  const rules = Object.keys(byRule).filter((rule) => found.has(rule));
  if (rules.length === 0) return null;
  const actions = actionsOf(unsafe).map((action) => ({ action, replacement: replace(action, rules) }));
  if (!actions.some(({ replacement }) => replacement !== null)) return null;
  return asRewrite(
    statement,
    rules,
    actions.map(
      ({ action, replacement }) =>
        replacement ?? { statements: [`${action.prefix} ${action.text}`], why: '' },
    ),
  );
}

function replace(action: UnsafeAction, rules: readonly string[]): Replacement | null {
  for (const rule of rules) {
    const replacement = byRule[rule]?.(action) ?? null;
    if (replacement !== null) return replacement;
  }
  return null;
}

/** Null where two actions want a backfill each: that is for a person to order. */
function asRewrite(
  { text, position }: Statement,
  rules: readonly string[],
  replacements: readonly Replacement[],
): Rewrite | null {
  const later = replacements.flatMap((each) => (each.later === undefined ? [] : [each.later]));
  if (later.length > 1) return null;
  return {
    rules,
    position,
    original: text,
    statements: replacements.flatMap((each) => each.statements),
    ...(later[0] === undefined ? {} : { later: later[0] }),
    why: replacements.flatMap(({ why }) => (why === '' ? [] : [why])).join('; '),
  };
}
