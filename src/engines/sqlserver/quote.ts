import { FatalError } from '../../core/errors.ts';

/** A name exactly as the catalogue spells it, quoted: `odd]name` → `[odd]]name]`. Throws FatalError for an impossible one. */
export function quoteIdentifier(name: string): string {
  if (name === '') throw badName(name, 'it is empty');
  if (name.includes('\0')) throw badName(name, 'it contains a NUL character');
  // Names are sysname, nvarchar(128); those of local temporary tables are shorter still, and not ours to make.
  if (name.length > 128) throw badName(name, 'it is longer than 128 characters');
  return `[${name.replaceAll(']', ']]')}]`;
}

/**
 * Quotes `table` or `schema.table`. A bare part is taken exactly as it stands; a part that itself contains a dot or
 * a bracket is written in brackets: `dbo.[odd.name]`. Throws FatalError for anything else.
 */
export function quoteTable(name: string): string {
  return splitName(name).map(quoteIdentifier).join('.');
}

/** A string literal of any characters, whatever the code page of the database. Throws FatalError for a NUL. */
export function literal(text: string): string {
  if (text.includes('\0')) {
    throw new FatalError('a text with a NUL character is not sent', { code: 'bad-literal' });
  }
  // A backslash before the end of a line would join the lines.
  const parts = text.split(/(?<=\\)(?=\r?\n)/).map((part) => `N'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' + ')})`;
}

/** `dbo.[odd.name]` → `['dbo', 'odd.name']`; one or two parts. Throws FatalError for anything else. */
export function splitName(name: string): readonly string[] {
  const parts: string[] = [];
  let rest = name;
  for (;;) {
    const part = /^(?:\[((?:[^\]]|\]\])+)\]|([^[\].]+))(\.|$)/.exec(rest);
    if (part === null) throw badName(name, 'it is not a name or two names joined by a dot');
    parts.push(part[1]?.replaceAll(']]', ']') ?? part[2] ?? '');
    rest = rest.slice(part[0].length);
    if (part[3] !== '.') break;
  }
  if (parts.length > 2) throw badName(name, 'it has more than two parts');
  return parts;
}

/** The inverse of `splitName`: joins parts with dots, quoting only those that need it to be read back. */
export function joinName(parts: readonly string[]): string {
  return parts.map((part) => (/[.[\]]/.test(part) ? quoteIdentifier(part) : part)).join('.');
}

function badName(name: string, why: string): FatalError {
  return new FatalError(`${JSON.stringify(name)} is not a usable name: ${why}`, {
    code: 'bad-name',
    remedy: 'Write table or schema.table, with brackets around a part that contains a dot.',
  });
}
