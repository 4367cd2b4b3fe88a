import type { DatabaseFacts } from '../../../app/ports/engine.ts';
import { type OnlineServer, onlineServer } from './online/version.ts';

/** What is known of the database that a script is meant for; without facts nothing is. */
export class Known {
  /** Null where there is no database to ask: what is found then holds for any server. */
  readonly server: OnlineServer | null;
  readonly #facts: DatabaseFacts | undefined;

  constructor(facts?: DatabaseFacts) {
    this.server = onlineServer(facts?.serverVersion);
    this.#facts = facts;
  }

  /** How many more instant changes the rows of a table take; null where that is not limited, or not known. */
  instantChangesLeft(table: string): number | null {
    return this.#facts?.tables[table]?.instantChangesLeft ?? null;
  }
}
