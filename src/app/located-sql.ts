import type { SourcePosition, Statement } from '../core/analysis/statement.ts';
import { InputError, type Problem } from '../core/errors.ts';
import type { Located } from '../core/manifest/manifest.ts';
import type { StatementGroup } from '../core/plan/steps.ts';
import type { DatabaseFacts, Engine } from './ports/engine.ts';

/**
 * Each entry of a manifest is a group of its own, but they are read as one script, so that what an earlier
 * entry proves (a validated check, a table just made) counts for the later ones. Positions are moved to
 * where the entry stands in the file.
 */
export async function analyzeLocated(
  engine: Engine,
  entries: readonly Located<string>[],
  facts?: DatabaseFacts,
): Promise<StatementGroup[]> {
  const [first] = entries;
  if (first === undefined) return [];
  const placed = placeInOneScript(entries);
  try {
    const statements = await engine.analyze({ path: first.path, text: placed.text }, facts);
    return entries.map((entry, index) => ({
      statements: statements
        .filter((statement) => placed.entryAt(statement.position.line) === index)
        .map((statement) => moved(statement, entry, placed.firstLineOf(index))),
      atomic: false,
    }));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const problems = error.problems.map((problem): Problem => {
      const index = placed.entryAt(problem.line ?? 1);
      const entry = entries[index] ?? first;
      return {
        ...problem,
        file: entry.path,
        line: (problem.line ?? 1) - placed.firstLineOf(index) + entry.line,
      };
    });
    throw new InputError('the SQL of the manifest is not valid', problems);
  }
}

/** Joins the entries, each beginning on a line of its own, and tells which one a line belongs to. */
export function placeInOneScript(entries: readonly Located<string>[]) {
  const firstLines: number[] = [];
  let text = '';
  for (const entry of entries) {
    firstLines.push(text.split('\n').length);
    text += `${entry.value}\n;\n`;
  }
  return {
    text,
    firstLineOf: (index: number): number => firstLines[index] ?? 1,
    entryAt: (line: number): number => firstLines.findLastIndex((first) => first <= line),
  };
}

function moved(statement: Statement, entry: Located<string>, firstLine: number): Statement {
  const move = (position: SourcePosition) => movedPosition(position, entry, firstLine);
  const findings = statement.findings.map((finding) =>
    finding.position === undefined ? finding : { ...finding, position: move(finding.position) },
  );
  return { ...statement, position: move(statement.position), findings };
}

export const movedPosition = (
  position: SourcePosition,
  entry: Located<string>,
  firstLine: number,
): SourcePosition => ({
  path: entry.path,
  line: position.line - firstLine + entry.line,
  column: position.line === firstLine ? position.column + entry.column - 1 : position.column,
});
