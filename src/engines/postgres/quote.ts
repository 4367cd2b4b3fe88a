import { FatalError } from '../../core/errors.ts';

/** A name exactly as the catalogue spells it, quoted: `Users` → `"Users"`. Throws FatalError for an impossible one. */
export function quoteIdentifier(name: string): string {
  if (name === '') throw badName(name, 'it is empty');
  if (name.includes('\0')) throw badName(name, 'it contains a NUL character');
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Quotes `table` or `schema.table`. A bare part is taken exactly as it stands (no folding to lower case); a part
 * that itself contains a dot or a double quote is written in double quotes: `public."odd.name"`.
 * Throws FatalError for anything else.
 */
export function quoteTable(name: string): string {
  return splitName(name).map(quoteIdentifier).join('.');
}

/** A string literal that means the same whether `standard_conforming_strings` is on or off. */
export function literal(text: string): string {
  if (text.includes('\0')) {
    throw new FatalError('a text with a NUL character cannot be stored by PostgreSQL', {
      code: 'bad-literal',
    });
  }
  const quoted = text.replaceAll("'", "''");
  return quoted.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** An array of texts as the server reads it: `{"a",NULL}`. */
export const arrayLiteral = (values: readonly (string | null)[]): string =>
  `{${values.map((value) => (value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`;

/** The body of a function between dollar quotes that do not occur in it. */
export function dollarQuoted(body: string): string {
  let tag = '$lockkeeper$';
  for (let count = 1; body.includes(tag.slice(0, -1)); count++) tag = `$lockkeeper${count}$`;
  return `${tag}\n${body}\n${tag}`;
}

/** `public."odd.name"` → `['public', 'odd.name']`; one or two parts. Throws FatalError for anything else. */
export function splitName(name: string): readonly string[] {
  const parts: string[] = [];
  let rest = name;
  for (;;) {
    const part = /^(?:"((?:[^"]|"")+)"|([^".]+))(\.|$)/.exec(rest);
    if (part === null) throw badName(name, 'it is not a name or two names joined by a dot');
    parts.push(part[1]?.replaceAll('""', '"') ?? part[2] ?? '');
    rest = rest.slice(part[0].length);
    if (part[3] !== '.') break;
  }
  if (parts.length > 2) throw badName(name, 'it has more than two parts');
  return parts;
}

/** The inverse of `splitName`: joins parts with dots, quoting only those that need it to be read back. */
export function joinName(parts: readonly string[]): string {
  return parts.map((part) => (/[."]/.test(part) ? quoteIdentifier(part) : part)).join('.');
}

function badName(name: string, why: string): FatalError {
  return new FatalError(`${JSON.stringify(name)} is not a usable name: ${why}`, {
    code: 'bad-name',
    remedy: 'Write table or schema.table, with double quotes around a part that contains a dot.',
  });
}
