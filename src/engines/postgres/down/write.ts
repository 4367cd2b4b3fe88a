import type { DraftPart, Drop, RenameBack, Undoing } from '../../../core/down/undoing.ts';
import type { Node } from '../analysis/parser.ts';
import { joinName, quoteIdentifier, quoteTable, splitName } from '../quote.ts';
import { signatureOf } from './signature.ts';

/** The statement of one undoing, or why there is none. */
export function writeUndoing(undoing: Undoing, node: Node | undefined): DraftPart {
  switch (undoing.does) {
    case 'drop':
      return { undoing, sql: dropped(undoing, node) };
    case 'rename':
      return renamed(undoing);
    case 'alter':
      return { undoing, sql: altered(undoing) };
    case 'by-hand': {
      const { unlessReplaced } = undoing;
      return { undoing, sql: unlessReplaced === undefined ? null : dropped(unlessReplaced, node) };
    }
    default:
      return undoing satisfies never;
  }
}

function dropped(drop: Drop, node: Node | undefined): string | null {
  const { object, of, doubtful, outsideTransaction } = drop;
  const { type, name, table = '' } = object;
  const ifExists = doubtful ? 'IF EXISTS ' : '';
  const alter = `ALTER TABLE ${drop.ifTableExists ? 'IF EXISTS ' : ''}`;
  switch (type) {
    case 'column':
    case 'constraint':
      return `${alter}${quoteTable(table)} DROP ${type.toUpperCase()} ${ifExists}${quoteIdentifier(name)}`;
    case 'trigger':
    case 'policy':
      return `DROP ${type.toUpperCase()} ${ifExists}${quoteIdentifier(name)} ON ${quoteTable(table)}`;
    case 'index':
      return `DROP INDEX ${outsideTransaction ? 'CONCURRENTLY ' : ''}${ifExists}${quoteTable(name)}`;
    case 'function': {
      const signature = signatureOf(node);
      const words = /PROCEDURE/.test(of.verb) ? 'PROCEDURE' : 'FUNCTION';
      return signature === null ? null : `DROP ${words} ${ifExists}${quoteTable(name)}${signature}`;
    }
    case 'extension':
      return `DROP EXTENSION ${ifExists}${quoteIdentifier(name)}`;
    case 'other':
      return droppedOther(drop, ifExists);
    default:
      return `DROP ${wordsOf(drop)} ${ifExists}${quoteTable(name)}`;
  }
}

/** Of some kinds the statement that made it says more than the object does; CREATE SCHEMA makes others besides. */
function wordsOf({ object, of }: Drop): string {
  const created = /^CREATE (DOMAIN|FOREIGN TABLE|MATERIALIZED VIEW)$/.exec(of.verb)?.[1];
  return created ?? object.type.toUpperCase();
}

/** Kinds that DROP names by one name, and whether that may be qualified. */
const others: Readonly<Record<string, 'plain' | 'qualified'>> = {
  STATISTICS: 'qualified',
  COLLATION: 'qualified',
  CONVERSION: 'qualified',
  PUBLICATION: 'plain',
  SERVER: 'plain',
  'FOREIGN DATA WRAPPER': 'plain',
  'EVENT TRIGGER': 'plain',
  ROLE: 'plain',
  USER: 'plain',
  GROUP: 'plain',
};

function droppedOther({ object, of }: Drop, ifExists: string): string | null {
  const { name, table } = object;
  const kind = of.verb.replace(/^CREATE /, '');
  if (kind === 'RULE' && table !== undefined)
    return `DROP RULE ${ifExists}${quoteIdentifier(name)} ON ${quoteTable(table)}`;
  const form = others[kind];
  if (form === undefined) return null;
  return `DROP ${kind} ${ifExists}${form === 'plain' ? quoteIdentifier(name) : quoteTable(name)}`;
}

function renamed(undoing: RenameBack): DraftPart {
  const { object, to, of, ifExists } = undoing;
  const { type, name, table } = object;
  const hedge = ifExists ? 'IF EXISTS ' : '';
  if (table !== undefined && ['column', 'constraint', 'trigger', 'policy'].includes(type)) {
    const names = `${quoteIdentifier(name)} TO ${quoteIdentifier(to)}`;
    const sql =
      type === 'trigger' || type === 'policy'
        ? `ALTER ${type.toUpperCase()} ${quoteIdentifier(name)} ON ${quoteTable(table)} RENAME TO ${quoteIdentifier(to)}`
        : `${of.verb} ${hedge}${quoteTable(table)} RENAME ${type.toUpperCase()} ${names}`;
    return { undoing, sql };
  }
  if (table !== undefined || type === 'other') return { undoing, sql: null };
  const [now, before] = [splitName(name), splitName(to)];
  const head = `${of.verb} ${hedge}${quoteTable(name)}`;
  if (now.at(-1) !== before.at(-1) || type === 'schema')
    return { undoing, sql: `${head} RENAME TO ${quoteTable(joinName(before.slice(-1)))}` };
  const [schema] = before;
  return before.length > 1 && schema !== undefined
    ? { undoing, sql: `${head} SET SCHEMA ${quoteIdentifier(schema)}` }
    : { undoing, sql: null, reason: `the former schema of ${to} is not named: write its ALTER … SET SCHEMA` };
}

/** The inverse is what stands behind the name. */
function altered({ object, of, what, ifExists }: Extract<Undoing, { does: 'alter' }>): string {
  const { type, name, table } = object;
  const hedge = ifExists ? 'IF EXISTS ' : '';
  return type === 'column'
    ? `${of.verb} ${hedge}${quoteTable(table ?? '')} ALTER COLUMN ${quoteIdentifier(name)} ${what}`
    : `${of.verb} ${hedge}${quoteTable(name)} ${what}`;
}
