import { sameName } from '../../../core/analysis/statement.ts';
import { Known } from './known.ts';

/** What the statements so far have made: nobody uses it yet, and it holds only what the script put there. */
export class ScriptMemory {
  readonly known: Known;
  readonly #tables: string[] = [];
  readonly #columns: { readonly table: string; readonly name: string }[] = [];

  constructor(known = new Known()) {
    this.known = known;
  }

  tableCreated(table: string): void {
    this.#tables.push(table);
  }

  columnAdded(table: string, name: string): void {
    this.#columns.push({ table, name });
  }

  isNew(table: string): boolean {
    return this.#tables.some((known) => sameName(folded(known), folded(table)));
  }

  isNewColumn(table: string, name: string): boolean {
    return this.#columns.some(
      (known) => sameName(folded(known.table), folded(table)) && folded(known.name) === folded(name),
    );
  }
}

const folded = (name: string): string => name.toLowerCase();
