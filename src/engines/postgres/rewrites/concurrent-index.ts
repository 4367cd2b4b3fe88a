import { as } from '../analysis/tree.ts';
import type { Replacement, Unsafe } from './unsafe.ts';

/** CREATE INDEX, DROP INDEX → the same CONCURRENTLY: nobody waits for it. */
export function concurrentIndex({ statement, node, parser }: Unsafe): Replacement | null {
  const create = as(node, 'IndexStmt');
  const drop = as(node, 'DropStmt');
  // Without a name it could not be found again; on ONLY a partitioned table it is refused.
  if (create !== undefined && (create.idxname === undefined || create.relation?.inh !== true)) return null;
  // The server refuses several at once, and what depends on one.
  if (drop !== undefined && (drop.objects?.length !== 1 || drop.behavior === 'DROP_CASCADE')) return null;
  if (create === undefined && drop?.removeType !== 'OBJECT_INDEX') return null;
  const word = parser.scan(statement.text)?.find(({ text }) => text.toUpperCase() === 'INDEX');
  if (word === undefined) return null;
  const bytes = Buffer.from(statement.text);
  const text = `${bytes.subarray(0, word.end)} CONCURRENTLY${bytes.subarray(word.end)}`;
  return {
    statements: [text],
    why:
      create === undefined
        ? 'the index goes while its table is read and written'
        : 'the index is built while its table is read and written',
  };
}
