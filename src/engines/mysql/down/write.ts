import type { DraftPart, Drop, RenameBack, Undoing } from '../../../core/down/undoing.ts';
import { definitionOf, sameWord } from '../analysis/definition.ts';
import { tokensOf } from '../analysis/tokens.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';

/** The statement of one undoing, or why there is none. */
export function writeUndoing(undoing: Undoing): DraftPart {
  switch (undoing.does) {
    case 'drop':
      return { undoing, sql: dropped(undoing) };
    case 'rename':
      return renamed(undoing);
    case 'alter':
      return { undoing, sql: altered(undoing) };
    case 'by-hand': {
      const { unlessReplaced } = undoing;
      return { undoing, sql: unlessReplaced === undefined ? null : dropped(unlessReplaced) };
    }
    default:
      return undoing satisfies never;
  }
}

function dropped(drop: Drop): string | null {
  const { object, of, doubtful } = drop;
  const { type, name, table = '' } = object;
  // Servers that know IF NOT EXISTS of a part know IF EXISTS of it.
  const ifExists = doubtful ? 'IF EXISTS ' : '';
  const alter = () => `ALTER TABLE ${drop.ifTableExists ? 'IF EXISTS ' : ''}${quoteTable(table)}`;
  switch (type) {
    case 'column':
      return `${alter()} DROP COLUMN ${ifExists}${quoteIdentifier(name)}`;
    case 'constraint':
      return `${alter()} DROP ${isForeignKey(drop) ? 'FOREIGN KEY' : 'CONSTRAINT'} ${ifExists}${quoteIdentifier(name)}`;
    case 'index':
      return name === 'PRIMARY'
        ? `${alter()} DROP PRIMARY KEY`
        : `${alter()} DROP INDEX ${ifExists}${quoteIdentifier(name)}`;
    case 'schema':
      return `DROP DATABASE ${ifExists}${quoteIdentifier(name)}`;
    case 'table':
    case 'view':
    case 'sequence':
    case 'trigger':
      return `DROP ${type.toUpperCase()} ${ifExists}${quoteTable(name)}`;
    case 'function':
    case 'other': {
      // Who is dropped is not told by the name alone, of which there may be one on each host.
      const kind = /^CREATE (PROCEDURE|FUNCTION|PACKAGE|EVENT|ROLE)$/.exec(of.verb)?.[1];
      return kind === undefined ? null : `DROP ${kind} ${ifExists}${quoteTable(name)}`;
    }
    default:
      return null;
  }
}

const isForeignKey = ({ of, object }: Drop): boolean =>
  (definitionOf(tokensOf(of.text))?.actions ?? []).some(
    (action) =>
      action.does === 'add-foreign-key' && action.name !== null && sameWord(action.name, object.name),
  );

function renamed(undoing: RenameBack): DraftPart {
  const { object, to, of, ifExists } = undoing;
  const { type, name, table } = object;
  const hedge = ifExists ? 'IF EXISTS ' : '';
  if (type === 'table') {
    return { undoing, sql: `RENAME TABLE ${hedge}${quoteTable(name)} TO ${quoteTable(to)}` };
  }
  if (table === undefined || (type !== 'column' && type !== 'index')) return { undoing, sql: null };
  if (type === 'column' && isDefinedAnew(of.text, name)) {
    const reason = `CHANGE defined ${to} of ${table} anew as ${name}: write CHANGE ${quoteIdentifier(name)} ${quoteIdentifier(to)} with all that it was`;
    return { undoing, sql: null, reason };
  }
  const names = `${quoteIdentifier(name)} TO ${quoteIdentifier(to)}`;
  return { undoing, sql: `ALTER TABLE ${quoteTable(table)} RENAME ${type.toUpperCase()} ${names}` };
}

const isDefinedAnew = (text: string, column: string): boolean =>
  (definitionOf(tokensOf(text))?.actions ?? []).some(
    (action) => action.does === 'change-column' && sameWord(action.column.name, column),
  );

function altered({ object, what }: Extract<Undoing, { does: 'alter' }>): string {
  const { type, name, table = '' } = object;
  const part = type === 'index' ? 'INDEX' : 'COLUMN';
  return `ALTER TABLE ${quoteTable(table)} ALTER ${part} ${quoteIdentifier(name)} ${type === 'index' ? what : `SET ${what}`}`;
}
