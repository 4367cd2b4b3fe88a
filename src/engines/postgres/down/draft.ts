import type { Statement } from '../../../core/analysis/statement.ts';
import { deriveUndoings } from '../../../core/down/derive.ts';
import type { DraftPart } from '../../../core/down/undoing.ts';
import { loadParser, type Node } from '../analysis/parser.ts';
import { absorbed, inverseOf } from './inverses.ts';
import { writeUndoing } from './write.ts';

/** Statements that take back those of a forward script, newest change first. */
export async function draftDown(statements: readonly Statement[]): Promise<readonly DraftPart[]> {
  const parser = await loadParser();
  const nodes = new Map(
    statements
      .filter(({ kind }) => kind === 'schema')
      .map((statement): [Statement, Node | undefined] => [
        statement,
        parser.parse(statement.text).stmts?.[0]?.stmt,
      ]),
  );
  const undoings = deriveUndoings(statements, {
    inverse: (effect, of) => inverseOf(effect, nodes.get(of)),
    absorbed: (of) => absorbed(nodes.get(of)),
  });
  return undoings.map((undoing) => writeUndoing(undoing, nodes.get(undoing.of)));
}
