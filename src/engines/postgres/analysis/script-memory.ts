/**
 * What earlier statements of the same script tell about later ones: a table made here has no reader to block and
 * no data to lose. Names are compared as they were written.
 */
export class ScriptMemory {
  readonly #tables = new Map<string, 'empty' | 'filled'>();
  /** Table and constraint → the column it keeps from being null, and whether all rows were proven. */
  readonly #notNull = new Map<string, { readonly column: string; readonly valid: boolean }>();

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
    this.#tables.delete(name);
  }

  tableRenamed(from: string, to: string): void {
    const rows = this.#tables.get(from);
    this.#tables.delete(from);
    if (rows !== undefined) this.#tables.set(to, rows);
  }

  notNullCheckAdded(table: string, constraint: string, column: string, valid: boolean): void {
    this.#notNull.set(`${table} ${constraint}`, { column, valid });
  }

  constraintValidated(table: string, constraint: string): void {
    const check = this.#notNull.get(`${table} ${constraint}`);
    if (check !== undefined) this.#notNull.set(`${table} ${constraint}`, { ...check, valid: true });
  }

  constraintDropped(table: string, constraint: string): void {
    this.#notNull.delete(`${table} ${constraint}`);
  }

  /** A valid constraint of this script shows that the column holds no null. */
  isProvenNotNull(table: string, column: string): boolean {
    return [...this.#notNull].some(
      ([key, check]) => key.startsWith(`${table} `) && check.valid && check.column === column,
    );
  }

  /** A changed search path or a rollback: unqualified or all names may mean something else now. */
  forget(): void {
    this.#tables.clear();
    this.#notNull.clear();
  }
}
