import { createHash } from 'node:crypto';
import { joinName, splitName } from '../quote.ts';

/**
 * Where the two tables stand. They bear one name all the time, in different schemas: so indexes, constraints and
 * sequences keep theirs as well, and a swap is two changes of schema.
 */
export interface Places {
  readonly schema: string;
  /** Without its schema. */
  readonly name: string;
  /** The table in use, by its qualified name: first the old one, after the swap the new one. */
  readonly live: string;
  readonly newSchema: string;
  /** The new table before the swap. */
  readonly fresh: string;
  /** Also of the functions and the table of refused writes. */
  readonly oldSchema: string;
  /** The old table after the swap. */
  readonly kept: string;
  /** Writes that the application made and the other table refused. */
  readonly refusedWrites: string;
  /** Begins the names of triggers. */
  readonly prefix: string;
}

/** @param live schema-qualified */
export function placesOf(version: string, live: string): Places {
  const [schema = '', name = ''] = splitName(live);
  const id = createHash('sha256')
    .update(JSON.stringify([version, live]))
    .digest('hex')
    .slice(0, 12);
  const newSchema = `lockkeeper_new_${id}`;
  const oldSchema = `lockkeeper_old_${id}`;
  return {
    schema,
    name,
    live,
    newSchema,
    fresh: joinName([newSchema, name]),
    oldSchema,
    kept: joinName([oldSchema, name]),
    refusedWrites: joinName([oldSchema, 'lockkeeper_refused_writes']),
    prefix: `lockkeeper_${id}`,
  };
}
