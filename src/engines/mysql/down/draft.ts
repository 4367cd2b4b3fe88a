import type { Statement } from '../../../core/analysis/statement.ts';
import { deriveUndoings } from '../../../core/down/derive.ts';
import type { DraftPart, Undoing } from '../../../core/down/undoing.ts';
import { type Definition, definitionOf, foreignKeysIn, keysIn, sameWord } from '../analysis/definition.ts';
import { tokensOf } from '../analysis/tokens.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import { inverseOf } from './inverses.ts';
import { writeUndoing } from './write.ts';

/** Statements that take back those of a forward script, newest change first. */
export function draftDown(statements: readonly Statement[]): readonly DraftPart[] {
  const definitions = new Map(
    statements
      .filter(({ kind }) => kind === 'schema')
      .map((statement): [Statement, Definition | null] => [
        statement,
        definitionOf(tokensOf(statement.text)),
      ]),
  );
  const undoings = deriveUndoings(statements, {
    inverse: (effect, of) => inverseOf(effect, tokensOf(of.text)),
    absorbed: () => [],
  });
  const indexes = [...definitions.values()].flatMap((definition) =>
    keysIn(definition).map(({ columns }) => ({ table: definition?.table ?? '', columns })),
  );
  const hasIndex: HasIndex = (table, columns) =>
    indexes.some(
      (index) =>
        index.table === table && columns.every((column, at) => sameWord(column, index.columns[at] ?? '')),
    );
  return undoings
    .filter((undoing) => !goesWithItsColumn(undoing, definitions.get(undoing.of) ?? null))
    .flatMap((undoing) => [
      writeUndoing(undoing),
      ...indexLeftBy(undoing, definitions.get(undoing.of) ?? null, hasIndex),
    ]);
}

type HasIndex = (table: string, columns: readonly string[]) => boolean;

/** The key that a new column brings along: the server drops it with the column, and refuses AUTO_INCREMENT without one. */
function goesWithItsColumn(undoing: Undoing, definition: Definition | null): boolean {
  if (undoing.does !== 'drop' || undoing.object.type !== 'index') return false;
  const { name } = undoing.object;
  return (definition?.actions ?? []).some((action) => {
    if (action.does !== 'add-column') return false;
    const { column } = action;
    return (column.primary && name === 'PRIMARY') || (column.unique && sameWord(name, column.name));
  });
}

/** Where no index begins with the columns of a foreign key, the server makes one, and leaves it there. */
function indexLeftBy(
  undoing: Undoing,
  definition: Definition | null,
  hasIndex: HasIndex,
): readonly DraftPart[] {
  if (undoing.does !== 'drop' || undoing.object.type !== 'constraint' || definition === null) return [];
  const { name, table = '' } = undoing.object;
  const key = foreignKeysIn(definition).find((one) => one.name !== null && sameWord(one.name, name));
  if (key === undefined || hasIndex(definition.table, key.columns)) return [];
  const reason = `the server made an index ${name} for the foreign key unless one begins with (${key.columns.join(', ')}): drop it if it was not there before`;
  const sql = `ALTER TABLE ${quoteTable(table)} DROP INDEX ${quoteIdentifier(name)}`;
  return [{ undoing: { does: 'by-hand', of: undoing.of, reason, unlessReplaced: undoing }, sql }];
}
