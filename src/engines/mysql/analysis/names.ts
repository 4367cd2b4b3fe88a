/** Joins parts with dots as effects and manifests write names; only a part with a dot or a backtick is quoted. */
export function joinName(parts: readonly string[]): string {
  return parts.map((part) => (/[.`]/.test(part) ? quoteName(part) : part)).join('.');
}

/** The inverse of `joinName`. */
export function splitName(name: string): readonly string[] {
  return [...name.matchAll(/`((?:[^`]|``)+)`|([^.`]+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('``', '`') ?? bare ?? '',
  );
}

/** A name in backticks. */
export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** The database that a name says, or the empty text. */
export const databaseOf = (name: string): string => splitName(name).slice(0, -1).join('');

/** Names of columns, indexes and constraints are compared without regard to case. */
export const sameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
