import type { DatabaseFacts, TableFacts } from '../../../app/ports/engine.ts';

/** A relation so small (128 pages of 8 KiB) is read or rewritten before anybody notices. */
const SMALL_BYTES = 1024 * 1024;

/** What is known of the database that a script is meant for; without facts nothing is. */
export class Known {
  readonly #facts: DatabaseFacts | undefined;

  constructor(facts?: DatabaseFacts) {
    this.#facts = facts;
  }

  /** Major and minor version of the server, e.g. 14 and 3. */
  get version(): { readonly major: number; readonly minor: number } | null {
    const parts = /^(\d+)(?:\.(\d+))?/.exec(this.#facts?.serverVersion ?? '');
    return parts === null ? null : { major: Number(parts[1]), minor: Number(parts[2] ?? 0) };
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
    return this.table(table)?.columns.find((column) => column.name === name) ?? null;
  }
}
