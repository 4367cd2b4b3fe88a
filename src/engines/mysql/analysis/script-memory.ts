import { sameWord } from './definition.ts';
import { Known } from './known.ts';

/**
 * What earlier statements of the same script tell about later ones: a table made here has no reader to block and
 * no data to lose. Tables are compared as they were written, columns and indexes without regard to case.
 */
export class ScriptMemory {
  readonly known: Known;
  readonly #tables = new Map<string, 'empty' | 'filled'>();
  /** By table: the columns and indexes that this script has added. */
  readonly #columns = new Map<string, string[]>();
  readonly #indexes = new Map<string, string[]>();

  constructor(known = new Known()) {
    this.known = known;
  }

  tableCreated(name: string, rows: 'empty' | 'filled'): void {
    this.#tables.set(name, rows);
  }

  /** Made by this script, so that nobody else uses it yet. */
  isNew(table: string): boolean {
    return this.#tables.has(table);
  }

  /** Made by this script and not filled from elsewhere since: nothing on it takes long. */
  isSmall(table: string): boolean {
    return this.#tables.get(table) === 'empty';
  }

  tableFilled(name: string): void {
    if (this.isNew(name)) this.#tables.set(name, 'filled');
  }

  tableDropped(name: string): void {
    for (const known of [this.#tables, this.#columns, this.#indexes]) known.delete(name);
  }

  tableRenamed(from: string, to: string): void {
    move(this.#tables, from, to);
    move(this.#columns, from, to);
    move(this.#indexes, from, to);
  }

  columnAdded(table: string, column: string): void {
    this.#columns.set(table, [...(this.#columns.get(table) ?? []), column]);
  }

  columnDropped(table: string, column: string): void {
    const known = this.#columns.get(table) ?? [];
    this.#columns.set(
      table,
      known.filter((name) => !sameWord(name, column)),
    );
  }

  columnRenamed(table: string, from: string, to: string): void {
    if (!this.isNewColumn(table, from)) return;
    this.columnDropped(table, from);
    this.columnAdded(table, to);
  }

  /** Added by this script, so that there is no older value in it. */
  isNewColumn(table: string, column: string): boolean {
    return (this.#columns.get(table) ?? []).some((name) => sameWord(name, column));
  }

  /**
   * The name of an index: its author's, or the one that the server chooses, after the first column. A number is
   * added where that is taken, as far as this script tells.
   */
  indexNamed(table: string, given: string | null, firstColumn: string | null): string | null {
    const known = this.#indexes.get(table) ?? [];
    const taken = (name: string) => known.some((other) => sameWord(other, name));
    let name = given ?? firstColumn;
    if (given === null && firstColumn !== null) {
      for (let count = 2; name !== null && taken(name); count++) name = `${firstColumn}_${count}`;
    }
    if (name !== null) this.#indexes.set(table, [...known, name]);
    return name;
  }

  /** Another default database or a rollback: names may mean something else now. */
  forget(): void {
    for (const known of [this.#tables, this.#columns, this.#indexes]) known.clear();
  }
}

function move<Value>(known: Map<string, Value>, from: string, to: string): void {
  const value = known.get(from);
  known.delete(from);
  if (value !== undefined) known.set(to, value);
}
