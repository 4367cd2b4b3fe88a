import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'name-too-long',
  severity: 'warning',
  title: 'A name longer than 63 bytes is cut without an error',
  versions: 'all',
});

/** NAMEDATALEN - 1. */
const LONGEST_NAME = 63;

/** The grammar has cut the names already, so that they are looked for in the text; literals and comments aside. */
export const look: Look = ({ text }) => {
  if (text.length <= LONGEST_NAME) return [];
  const names = withoutLiterals(text).match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [];
  const long = names
    .map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name))
    .filter((name) => Buffer.byteLength(name) > LONGEST_NAME);
  return [...new Set(long)].map((name) =>
    rule.finding(
      `the server cuts ${name} to its first ${LONGEST_NAME} bytes: two such names may become one, and code that looks for the whole finds nothing`,
      'Choose a shorter name.',
    ),
  );
};

/** Dollar-quoted texts, string literals and comments become blanks. */
const withoutLiterals = (text: string): string =>
  text.replaceAll(/(\$[\p{L}_]?[\p{L}\p{N}_]*\$)[\s\S]*?\1|'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//gu, ' ');
