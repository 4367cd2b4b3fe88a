import { FatalError } from '../../core/errors.ts';

/** A name exactly as the catalogue spells it, quoted: `` odd`name `` → `` `odd``name` ``. Throws FatalError for an impossible one. */
export function quoteIdentifier(name: string): string {
  if (name === '') throw badName(name, 'it is empty');
  if (name.includes('\0')) throw badName(name, 'it contains a NUL character');
  return `\`${name.replaceAll('`', '``')}\``;
}

/**
 * Quotes `table` or `database.table`. A bare part is taken exactly as it stands; a part that itself contains a dot
 * or a backtick is written in backticks: `` shop.`odd.name` ``. Throws FatalError for anything else.
 */
export function quoteTable(name: string): string {
  return splitName(name).map(quoteIdentifier).join('.');
}

/**
 * A string literal that means the same whatever the session's sql_mode (NO_BACKSLASH_ESCAPES) and character set:
 * what is more than plain ASCII travels as the hexadecimal digits of its UTF-8 bytes.
 */
export function literal(text: string): string {
  if (/^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/.test(text)) return `'${text}'`;
  return `_utf8mb4 X'${Buffer.from(text, 'utf8').toString('hex')}'`;
}

export type SqlValue = string | number | boolean | null;

/** Puts values in the place of question marks. Throws FatalError when there are not as many of the one as of the other. */
export function bind(sql: string, values: readonly SqlValue[]): string {
  const parts = sql.split('?');
  if (parts.length !== values.length + 1) {
    throw new FatalError(`a statement has ${parts.length - 1} places for ${values.length} values`, {
      code: 'bad-statement',
    });
  }
  return parts
    .map((part, index) => part + (index < values.length ? inSql(values[index] ?? null) : ''))
    .join('');
}

function inSql(value: SqlValue): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? literal(value) : String(value).toUpperCase();
}

/** `` shop.`odd.name` `` → `['shop', 'odd.name']`; one or two parts. Throws FatalError for anything else. */
export function splitName(name: string): readonly string[] {
  const parts: string[] = [];
  let rest = name;
  for (;;) {
    const part = /^(?:`((?:[^`]|``)+)`|([^`.]+))(\.|$)/.exec(rest);
    if (part === null) throw badName(name, 'it is not a name or two names joined by a dot');
    parts.push(part[1]?.replaceAll('``', '`') ?? part[2] ?? '');
    rest = rest.slice(part[0].length);
    if (part[3] !== '.') break;
  }
  if (parts.length > 2) throw badName(name, 'it has more than two parts');
  return parts;
}

/** Database and name of a table; `database` where the name has no part for it. Throws FatalError for what is no name. */
export function placeOf(table: string, database: string): { readonly schema: string; readonly name: string } {
  const [first = '', second] = splitName(table);
  return second === undefined ? { schema: database, name: first } : { schema: first, name: second };
}

/** The inverse of `splitName`: joins parts with dots, quoting only those that need it to be read back. */
export function joinName(parts: readonly string[]): string {
  return parts.map((part) => (/[.`]/.test(part) ? quoteIdentifier(part) : part)).join('.');
}

function badName(name: string, why: string): FatalError {
  return new FatalError(`${JSON.stringify(name)} is not a usable name: ${why}`, {
    code: 'bad-name',
    remedy: 'Write table or database.table, with backticks around a part that contains a dot.',
  });
}
