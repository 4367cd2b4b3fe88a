import type { Check } from '../core/checks.ts';
import { InputError, type Problem } from '../core/errors.ts';
import type { Located, Manifest } from '../core/manifest/manifest.ts';
import type { Migration } from '../core/migration.ts';
import type { Direction } from '../core/plan/plan.ts';
import type { Engine } from './ports/engine.ts';

/** What can be told to be wrong with the SQL inside a manifest's backfills and checks without a database. */
export async function findExpressionProblems(
  engine: Engine,
  migration: Migration,
  direction: Direction,
): Promise<Problem[]> {
  const problems = direction === 'up' ? await findQueryProblems(engine, migration) : [];
  for (const [index, backfill] of (direction === 'up'
    ? (migration.manifest?.backfills ?? [])
    : []
  ).entries()) {
    const expressions = [
      ...Object.entries(backfill.set).map(([column, expression]) => [`set.${column}`, expression] as const),
      ...(backfill.where === undefined ? [] : [['where', backfill.where] as const]),
    ];
    for (const [key, expression] of expressions) {
      const message = await engine.expressionProblem(expression);
      if (message === null) continue;
      problems.push({
        file: backfill.table.path,
        line: backfill.table.line,
        path: `backfill[${index}].${key}`,
        message,
        expected: 'one SQL expression over the columns of the row',
      });
    }
    const together = (await engine.assignmentProblem?.(backfill.set, backfill.table.value)) ?? null;
    if (together !== null) {
      problems.push({
        file: backfill.table.path,
        line: backfill.table.line,
        path: `backfill[${index}].set`,
        message: together,
        expected: 'values that can be computed one after the other, or a column in between',
      });
    }
  }
  const manifest = direction === 'up' ? migration.manifest : null;
  const look = async ({ path: file, line }: Located<string>, path: string, expression: string) => {
    const message = await engine.expressionProblem(expression);
    if (message === null) return;
    problems.push({ file, line, path, message, expected: 'one SQL expression over the columns of the row' });
  };
  for (const [index, { table, where }] of (manifest?.deletions ?? []).entries())
    await look(table, `delete[${index}].where`, where);
  const replace = manifest?.replace;
  if (replace === undefined) return problems;
  for (const way of ['up', 'down'] as const) {
    for (const [column, expression] of Object.entries(replace[way]))
      await look(replace.table, `replace.${way}.${column}`, expression);
  }
  return problems;
}

/** Syntax errors in the queries of checks, at the place of the check. */
async function findQueryProblems(engine: Engine, { manifest }: Migration): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { value, path, line, column } of manifest === null ? [] : checksOf(manifest)) {
    if (value.check !== 'sql') continue;
    try {
      await engine.analyze({ path, text: value.query });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const messages = error.problems.map(({ message }) => `check "${value.name}": ${message}`);
      problems.push(...messages.map((message) => ({ file: path, line, column, message })));
    }
  }
  return problems;
}

export const checksOf = ({ checks }: Manifest): readonly Located<Check>[] => [
  ...checks.before,
  ...checks.after,
];
