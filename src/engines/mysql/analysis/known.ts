import type { DatabaseFacts, TableFacts } from '../../../app/ports/engine.ts';
import { sameWord } from './definition.ts';
import { type OnlineServer, onlineServer } from './online/version.ts';

/** A table so small (64 pages of 16 KiB) is read or written anew before anybody notices. */
const SMALL_BYTES = 1024 * 1024;

/** What is known of the database that a script is meant for; without facts nothing is. */
export class Known {
  /** Null where there is no database to ask: what is found then holds for any server. */
  readonly server: OnlineServer | null;
  readonly #facts: DatabaseFacts | undefined;

  constructor(facts?: DatabaseFacts) {
    this.server = onlineServer(facts?.serverVersion);
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
    return this.table(table)?.columns.find((column) => sameWord(column.name, name)) ?? null;
  }

  /** How many more instant changes the rows of a table take; null where that is not limited, or not known. */
  instantChangesLeft(table: string): number | null {
    return this.table(table)?.instantChangesLeft ?? null;
  }
}
