import type { Statement } from '../analysis/statement.ts';
import type { Problem } from '../errors.ts';
import type { AnalyzedMigration } from './build.ts';

/** The verbs of kind `session` that end with their transaction anyway. */
const endsWithTransaction: ReadonlySet<string> = new Set(['SET LOCAL', 'LOCK TABLE', 'SET CONSTRAINTS']);

/**
 * What a transport that keeps no session cannot carry out, statement by statement.
 * @param transport by the name people know it by
 */
export function refuseWithoutSession(
  transport: string,
  { expand, contract, down }: AnalyzedMigration,
): readonly Problem[] {
  const statements = [...[...expand, ...contract].flatMap((group) => group.statements), ...(down ?? [])];
  return statements.flatMap((statement) => {
    const problem = problemWith(statement);
    if (problem === null) return [];
    const { path: file, line, column } = statement.position;
    const message = `${statement.verb}: ${problem.why}, and ${transport} keeps no session`;
    return [{ file, line, column, message, expected: problem.instead }];
  });
}

const direct = '`transport: direct` for this target';

function problemWith(statement: Statement): { readonly why: string; readonly instead: string } | null {
  const { kind, verb, transactional, findings } = statement;
  if (!transactional) {
    return {
      why: 'outside transactions it needs a session that holds the lock of the target and limits how long it waits',
      instead: direct,
    };
  }
  if (findings.some(({ rule }) => rule === 'temporary-table')) {
    return { why: 'a temporary table lives as long as its session', instead: direct };
  }
  if (kind === 'session' && !endsWithTransaction.has(verb)) {
    const local = verb === 'SET' ? 'SET LOCAL, between BEGIN and COMMIT, or ' : '';
    return { why: 'it holds for its session', instead: `${local}${direct}` };
  }
  return null;
}

/** The same of a table's replacement, which is tried out in a session. */
export const noReplacement = (transport: string) => ({
  message: `a table is not replaced over ${transport}, which keeps no session`,
  expected: `${direct}, or an expand and a backfill instead`,
});
