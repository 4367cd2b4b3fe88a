import type { SourcePosition } from '../../../core/analysis/statement.ts';
import { InputError } from '../../../core/errors.ts';
import type { SqlSource } from '../../../core/migration.ts';
import { TextMap } from '../../text-map.ts';
import { BadGo, cutAtGo, type GoBatch } from './go-batches.ts';
import { BadGrammar, type Node, parseBatch } from './grammar.ts';
import { isBlank, lex, type Token, UnfinishedText } from './lexer.ts';
import { BatchOptions, type SetOptions } from './set-options.ts';

/** A batch of a script, with the options under which the server reads it. */
export interface Batch {
  readonly options: SetOptions;
  readonly statements: readonly SplitStatement[];
}

export interface SplitStatement {
  /** From its first token to its last, without semicolon and surrounding comments. */
  readonly text: string;
  readonly position: SourcePosition;
  /** More than one where they share variables and are sent together. */
  readonly nodes: readonly Node[];
  /** A definition that the server wants first in its batch, and that is not. */
  readonly misplaced: boolean;
}

/**
 * Splits a script into batches and these into statements; a batch with a count stands there as often. What declares
 * a variable or a label goes together with all that follows it in its batch, since they are known no longer than that.
 * Throws InputError where a quote or comment does not end, or a batch is not built as T-SQL is.
 */
export function splitScript(source: SqlSource): readonly Batch[] {
  const text = source.text.replace(/^\ufeff/, '');
  const map = new TextMap(source.path, text);
  try {
    const nul = text.indexOf('\0');
    if (nul >= 0) throw new UnfinishedText('a file with a NUL character (UTF-16 files look like this)', nul);
    const options = new BatchOptions();
    return cutAtGo(lex(text)).flatMap((batch) => {
      const nodes = parseBatch(batch.tokens.filter((token) => !isBlank(token)));
      const before = options.current;
      options.read(nodes);
      return repeated(batch, { options: before, statements: together(nodes).map(toStatement(text, map)) });
    });
  } catch (error) {
    if (error instanceof UnfinishedText || error instanceof BadGo || error instanceof BadGrammar)
      throw refusal(source.path, map, error);
    throw error;
  }
}

const repeated = ({ count }: GoBatch, batch: Batch): readonly Batch[] =>
  Array.from({ length: count }, () => batch);

interface Group {
  readonly nodes: readonly Node[];
  readonly misplaced: boolean;
}

function together(nodes: readonly Node[]): readonly Group[] {
  const first = nodes.findIndex((node) => declares(node.tokens));
  const alone = first < 0 ? nodes : nodes.slice(0, first);
  const groups = alone.map(
    (node, index): Group => ({ nodes: [node], misplaced: isModule(node) && index > 0 }),
  );
  if (first < 0) return groups;
  const shared = nodes.slice(first);
  return [...groups, { nodes: shared, misplaced: shared.some(isModule) }];
}

const isModule = (node: Node): boolean => node.kind === 'module';

/** DECLARE anywhere but in a definition, whose variables are its own; `label:`. */
function declares(tokens: readonly Token[]): boolean {
  const [first, second] = tokens;
  if (first?.kind === 'word' && second?.raw === ':') return true;
  if (/^(CREATE|ALTER)$/.test(first?.value ?? '')) return false;
  return tokens.some(({ kind, value }) => kind === 'word' && value === 'DECLARE');
}

const toStatement =
  (text: string, map: TextMap) =>
  ({ nodes, misplaced }: Group): SplitStatement => {
    const start = nodes[0]?.tokens[0]?.start ?? 0;
    const last = nodes.at(-1)?.tokens.findLast((token) => token.raw !== ';');
    return { text: text.slice(start, last?.end ?? start), position: map.positionOf(start), nodes, misplaced };
  };

function refusal(path: string, map: TextMap, { at, message }: Error & { readonly at: number }): InputError {
  const { line, column } = map.positionOf(at);
  const shown = map.lineAt(at).trim();
  const excerpt = shown.length > 120 ? `${shown.slice(0, 117)}…` : shown;
  return new InputError(`${path} has a syntax problem`, [
    { file: path, line, column, message: `${message}, in: ${excerpt}` },
  ]);
}
