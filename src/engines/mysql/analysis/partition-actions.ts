import type { Action } from './action.ts';
import type { Cursor } from './cursor.ts';

const partitionVerbs = new Set(
  'PARTITION REMOVE REORGANIZE COALESCE TRUNCATE EXCHANGE ANALYZE CHECK OPTIMIZE REBUILD REPAIR DISCARD IMPORT'.split(
    ' ',
  ),
);

/** An action on partitions; null where the words are none. */
export function partitioning(cursor: Cursor): readonly Action[] | null {
  const verb = cursor.word();
  if (!partitionVerbs.has(verb)) return null;
  if (verb === 'PARTITION' ? cursor.word(1) !== 'BY' : !cursor.word(1).startsWith('PARTITION')) return null;
  cursor.take();
  return [partitionAction(cursor, verb === 'PARTITION' ? 'by' : verb.toLowerCase())];
}

/** The word PARTITION and what follows it. */
export function partitionAction(cursor: Cursor, what: string): Action {
  cursor.take();
  if (what === 'drop' || what === 'truncate') {
    cursor.ifExists();
    const names = [cursor.name()];
    while (cursor.accept(',')) names.push(cursor.name());
    return { does: 'partition', what, names };
  }
  cursor.takeAll();
  return { does: 'partition', what, names: [] };
}
