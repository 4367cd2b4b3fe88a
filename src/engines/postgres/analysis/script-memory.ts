import { splitName } from '../quote.ts';
import { Known } from './known.ts';

/**
 * What earlier statements of the same script tell about later ones: a table made here has no reader to block and
 * no data to lose. Names are compared as they were written.
 */
export class ScriptMemory {
  readonly #tables = new Map<string, 'empty' | 'filled'>();
  /** Table and constraint → the column it keeps from being null, and whether all rows were proven. */
  readonly #notNull = new Map<string, { readonly column: string; readonly valid: boolean }>();
  /** By table: the columns that this script has added. */
  readonly #columns = new Map<string, Set<string>>();
  /** By table: the constraints that this script has added. */
  readonly #constraints = new Map<string, Set<string>>();
  /** Tables with a constraint of this script that was validated. */
  readonly #proven = new Set<string>();
  /** By table: the tables that its foreign keys of this script refer to. */
  readonly #parents = new Map<string, Set<string>>();
  /** What is known of the database itself. */
  readonly known: Known;

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
    for (const known of [this.#tables, this.#columns, this.#constraints, this.#parents]) known.delete(name);
  }

  tableRenamed(from: string, to: string): void {
    move(this.#tables, from, to);
    move(this.#columns, from, to);
    move(this.#constraints, from, to);
    move(this.#parents, from, to);
  }

  columnAdded(table: string, column: string): void {
    add(this.#columns, table, column);
  }

  columnDropped(table: string, column: string): void {
    this.#columns.get(table)?.delete(column);
  }

  columnRenamed(table: string, from: string, to: string): void {
    if (this.#columns.get(table)?.delete(from)) this.columnAdded(table, to);
  }

  /** Added by this script, so that there is no older value in it. */
  isNewColumn(table: string, column: string): boolean {
    return this.#columns.get(table)?.has(column) ?? false;
  }

  parentAdded(table: string, parent: string): void {
    add(this.#parents, table, parent);
  }

  parentsOf(table: string): readonly string[] {
    return [...(this.#parents.get(table) ?? [])];
  }

  constraintAdded(table: string, constraint: string): void {
    add(this.#constraints, table, constraint);
  }

  constraintRenamed(table: string, from: string, to: string): void {
    if (this.#constraints.get(table)?.delete(from)) this.constraintAdded(table, to);
    move(this.#notNull, `${table} ${from}`, `${table} ${to}`);
  }

  /** Whether this script has added a constraint of that name to a table of the same schema. */
  isConstraint(table: string, constraint: string): boolean {
    return [...this.#constraints].some(
      ([other, names]) => schemaOf(other) === schemaOf(table) && names.has(constraint),
    );
  }

  notNullCheckAdded(table: string, constraint: string, column: string, valid: boolean): void {
    this.#notNull.set(`${table} ${constraint}`, { column, valid });
  }

  constraintValidated(table: string, constraint: string): void {
    if (this.#constraints.get(table)?.has(constraint)) this.#proven.add(table);
    const check = this.#notNull.get(`${table} ${constraint}`);
    if (check !== undefined) this.#notNull.set(`${table} ${constraint}`, { ...check, valid: true });
  }

  constraintDropped(table: string, constraint: string): void {
    this.#notNull.delete(`${table} ${constraint}`);
    this.#constraints.get(table)?.delete(constraint);
  }

  /** A constraint that this script added to the table has been checked against all its rows. */
  isProven(table: string): boolean {
    return this.#proven.has(table);
  }

  /** A valid constraint of this script shows that the column holds no null. */
  isProvenNotNull(table: string, column: string): boolean {
    return [...this.#notNull].some(
      ([key, check]) => key.startsWith(`${table} `) && check.valid && check.column === column,
    );
  }

  /** A changed search path or a rollback: unqualified or all names may mean something else now. */
  forget(): void {
    this.#proven.clear();
    for (const known of [this.#tables, this.#notNull, this.#columns, this.#constraints, this.#parents]) {
      known.clear();
    }
  }
}

function add(known: Map<string, Set<string>>, table: string, name: string): void {
  known.set(table, new Set(known.get(table)).add(name));
}

function move<Value>(known: Map<string, Value>, from: string, to: string): void {
  const value = known.get(from);
  known.delete(from);
  if (value !== undefined) known.set(to, value);
}

const schemaOf = (table: string): string => splitName(table).slice(0, -1).join('');
