import type { DatabaseFacts, TableFacts } from '../../../app/ports/engine.ts';
import { type Capabilities, capabilitiesIn } from '../capabilities.ts';

/** A table so small (128 pages of 8 KiB) is read or written anew before anybody notices. */
const SMALL_BYTES = 1024 * 1024;

/** What is known of the database that a script is meant for; without facts nothing is. */
export class Known {
  /** What the server’s edition and version can do; null where there is no database to ask. */
  readonly capabilities: Capabilities | null;
  readonly #facts: DatabaseFacts | undefined;

  constructor(facts?: DatabaseFacts) {
    this.capabilities = capabilitiesIn(facts?.serverVersion ?? '');
    this.#facts = facts;
  }

  table(name: string): TableFacts | null {
    return this.#facts?.tables[name] ?? null;
  }

  /** Its size in bytes where it is known to be small, else null. */
  smallSize(table: string): number | null {
    const bytes = this.table(table)?.bytes;
    return bytes !== undefined && bytes <= SMALL_BYTES ? bytes : null;
  }

  column(table: string, name: string): TableFacts['columns'][number] | null {
    const wanted = name.toLowerCase();
    return this.table(table)?.columns.find((column) => column.name.toLowerCase() === wanted) ?? null;
  }
}
