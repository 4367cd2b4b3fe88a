import type { Action } from './action.ts';
import { type Cursor, Unread } from './cursor.ts';

/** Options of a table that take a value. */
const options = new Set(
  `ENGINE AUTO_INCREMENT AVG_ROW_LENGTH CHARSET CHECKSUM TABLE_CHECKSUM COLLATE COMMENT COMPRESSION CONNECTION DELAY_KEY_WRITE
   ENCRYPTED ENCRYPTION ENCRYPTION_KEY_ID IETF_QUOTES INSERT_METHOD KEY_BLOCK_SIZE MAX_ROWS MIN_ROWS PACK_KEYS
   PAGE_CHECKSUM PAGE_COMPRESSED PAGE_COMPRESSION_LEVEL PASSWORD ROW_FORMAT SECONDARY_ENGINE SEQUENCE
   STATS_AUTO_RECALC STATS_PERSISTENT STATS_SAMPLE_PAGES TABLESPACE TRANSACTIONAL UNION`.split(/\s+/),
);

/** An option of a table. Throws Unread for an unknown one. */
export function option(cursor: Cursor): Action {
  const standard = cursor.accept('DEFAULT');
  if (cursor.accept('CHARACTER', 'SET')) return optionValue(cursor, 'CHARSET');
  if (cursor.accept('DATA', 'DIRECTORY') || cursor.accept('INDEX', 'DIRECTORY'))
    return optionValue(cursor, 'DIRECTORY');
  if (!standard && cursor.accept('WITH', 'SYSTEM', 'VERSIONING')) return { does: 'versioning', what: 'add' };
  const name = cursor.word();
  if (!options.has(name)) throw new Unread(`no option: ${cursor.peek()?.raw ?? ''}`);
  cursor.take();
  return optionValue(cursor, name);
}

function optionValue(cursor: Cursor, name: string): Action {
  cursor.accept('=');
  if (cursor.word() === '(') {
    cursor.parentheses();
    return { does: 'option', name, value: '' };
  }
  return { does: 'option', name, value: cursor.take().value.toUpperCase() };
}
