import { type Effect, type SchemaObject, type Statement, sameName } from '../analysis/statement.ts';
import type { Problem } from '../errors.ts';
import { type Doubt, doubtAfter, isDoubtful, moreDoubt } from './doubt.ts';
import { isKnownAbsent, type KnownNames } from './hedges.ts';
import type { StatementGroup } from './steps.ts';
import { noColumn, noTable, type UnknownName } from './unknown-names.ts';

export interface KnownSchema extends KnownNames {
  /** Tables that a person may have meant, as they would be written. */
  readonly tableNames?: readonly string[];
}

/**
 * The ALTER TABLE statements of a table, and those of its columns, that are not there when their turn comes: by the
 * facts, and by what earlier statements create, rename and drop. What may be there is let through: the server says it.
 */
export function findMissing(groups: readonly StatementGroup[], known: KnownSchema): Problem[] {
  const script = new Script(known);
  return groups.flatMap((group) => group.statements).flatMap((statement) => script.read(statement));
}

type AboutObject = Exclude<Effect, { does: 'write' }>;

class Script {
  readonly #known: KnownSchema;
  /** In order: names that statements so far have given or taken away. */
  readonly #relations: { readonly name: string; readonly there: boolean }[] = [];
  readonly #columns: { readonly table: string; readonly name: string; readonly there: boolean }[] = [];
  #doubt: Doubt = 'no names';

  constructor(known: KnownSchema) {
    this.#known = known;
  }

  read(statement: Statement): Problem[] {
    const effects = statement.effects.filter((effect) => effect.does !== 'write');
    const words = statement.verb === 'ALTER TABLE' ? this.#complaints(effects) : [];
    const { path: file, line, column } = statement.position;
    for (const effect of effects) this.#remember(effect);
    this.#doubt = moreDoubt(this.#doubt, doubtAfter(statement));
    // An extension brings its own tables.
    if (effects.some(({ object }) => object.type === 'extension')) this.#doubt = 'all names';
    return words.map((each) => ({ file, line, column, ...each }));
  }

  #complaints(effects: readonly AboutObject[]): UnknownName[] {
    const complaints = new Map<string, UnknownName>();
    for (const effect of effects) {
      const { object, ifExists } = effect;
      const table = object.type === 'table' ? object.name : object.table;
      if (table === undefined || ifExists === true || isDoubtful(this.#doubt, table)) continue;
      if (this.#isMissing(table)) {
        complaints.set(table, this.#noTable(table));
      } else if (object.type === 'column' && effect.does !== 'create') {
        // The actions of one statement are not carried out in the order in which they are written.
        const addedBeside = effects.some(
          (other) => other.does === 'create' && isColumn(other.object, object.name),
        );
        const columns = addedBeside ? null : this.#columnsWithout(table, object.name);
        if (columns !== null)
          complaints.set(`${table} ${object.name}`, noColumn(table, object.name, columns));
      }
    }
    return [...complaints.values()];
  }

  #isMissing(table: string): boolean {
    const last = this.#relations.findLast((relation) => sameName(relation.name, table));
    // Dropping `app.t` leaves it open whether `t` is another one.
    if (last !== undefined) return !last.there && last.name === table;
    return isKnownAbsent(this.#known, table);
  }

  /** The columns of the table if it is known not to have this one, else null. */
  #columnsWithout(table: string, column: string): readonly string[] | null {
    const last = this.#columns.findLast((each) => each.name === column && sameName(each.table, table));
    if (last !== undefined && (last.there || last.table !== table)) return null;
    // What a parent is given, its partitions have as well.
    const given = this.#columns.some((each) => each.there && each.name === column);
    if (last === undefined && given) return null;
    // Made here, or known by another name before: its columns are not told.
    if (this.#relations.some((relation) => sameName(relation.name, table))) return null;
    const facts = Object.hasOwn(this.#known.tables, table) ? this.#known.tables[table] : undefined;
    if (facts === null || facts === undefined) return null;
    const columns = facts.columns.map(({ name }) => name);
    if (last !== undefined) return columns.filter((name) => name !== column);
    return columns.includes(column) ? null : columns;
  }

  #remember(effect: AboutObject): void {
    const { object, does } = effect;
    if (does === 'alter') return;
    if (object.type === 'column') {
      const table = object.table ?? '';
      if (does !== 'create') this.#columns.push({ table, name: object.name, there: false });
      if (does === 'create') this.#columns.push({ table, name: object.name, there: true });
      if (does === 'rename') this.#columns.push({ table, name: effect.to, there: true });
    } else if (relations.has(object.type) && object.inTable !== true) {
      if (does !== 'create') this.#relations.push({ name: object.name, there: false });
      if (does === 'create') this.#relations.push({ name: object.name, there: true });
      if (does === 'rename') this.#relations.push({ name: effect.to, there: true });
    }
  }

  #noTable(table: string): UnknownName {
    const dropped = this.#relations.some((relation) => relation.name === table);
    if (dropped) {
      return {
        message: `there is no table ${table} any more: an earlier statement drops or renames it`,
        expected: 'an existing table',
      };
    }
    const made = this.#relations.filter(({ there }) => there).map(({ name }) => name);
    return noTable(table, [...(this.#known.tableNames ?? []), ...made]);
  }
}

/** What ALTER TABLE takes a name for. */
const relations: ReadonlySet<string> = new Set(['table', 'view', 'index', 'sequence']);

const isColumn = (object: SchemaObject, name: string): boolean =>
  object.type === 'column' && object.name === name;
