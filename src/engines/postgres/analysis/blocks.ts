import type { Node } from './parser.ts';
import { all, as } from './tree.ts';

/** The code of a DO block in PL/pgSQL; null for everything else. */
export function blockOf(node: Node): string | null {
  const statement = as(node, 'DoStmt');
  if (statement === undefined) return null;
  const options = all(statement.args, 'DefElem');
  const language =
    as(options.find(({ defname }) => defname === 'language')?.arg, 'String')?.sval ?? 'plpgsql';
  if (language.toLowerCase() !== 'plpgsql') return null;
  return as(options.find(({ defname }) => defname === 'as')?.arg, 'String')?.sval ?? null;
}

/** The first words of the statements of a block, in upper case; what stands in literals and comments is none. */
export function statementWords(code: string): readonly string[] {
  const plain = withoutComments(code).replaceAll(/'(?:[^']|'')*'/g, "''");
  const starts = plain.matchAll(/(?<=(?:^|;|\b(?:BEGIN|THEN|ELSE|LOOP)\b)\s*)\b([A-Za-z]+)/gi);
  return [...starts].map(([, word = '']) => word.toUpperCase());
}

/** What a block hands to EXECUTE, from the word to the end of its statement. */
export function executedTexts(code: string): readonly string[] {
  const found = withoutComments(code).matchAll(/\bEXECUTE\b((?:'(?:[^']|'')*'|[^;'])*);/gi);
  return [...found].map(([, text = '']) => text);
}

export const withoutComments = (code: string): string =>
  code.replaceAll(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) => (part.startsWith("'") ? part : ' '));
