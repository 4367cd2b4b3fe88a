import {
  type Effect,
  type SchemaObject,
  type Statement,
  sameName,
  sameObject,
} from '../analysis/statement.ts';
import type { ByHand, DownKnowledge, Drop, Undoing } from './undoing.ts';

/**
 * What takes back a forward script, newest change first. What goes with the table that the script itself makes is
 * not taken back once more, unless something made in between needs it gone earlier.
 */
export function deriveUndoings(
  statements: readonly Statement[],
  knowledge: DownKnowledge,
): readonly Undoing[] {
  const script = new Script(knowledge);
  for (const statement of statements) script.read(statement);
  return script.undoings();
}

interface Entry {
  readonly undoing: Undoing;
  /** What of the script's own it belongs to: gone when that is dropped in the script. */
  readonly belongsTo: Made | null;
}

/** An object that the script has made, under its name of the moment. */
interface Made {
  object: SchemaObject;
  /** Number of things made that are dropped by themselves, its own included. */
  readonly ordinal: number;
  /** Dropped again, or part of something else by now. */
  gone: boolean;
}

class Script {
  readonly #knowledge: DownKnowledge;
  readonly #entries: Entry[] = [];
  readonly #made: Made[] = [];
  #dropped = 0;

  constructor(knowledge: DownKnowledge) {
    this.#knowledge = knowledge;
  }

  undoings(): readonly Undoing[] {
    return this.#entries
      .filter(({ belongsTo }) => belongsTo === null || !this.#isGone(belongsTo))
      .map(({ undoing }) => undoing)
      .toReversed();
  }

  read(statement: Statement): void {
    if (statement.kind === 'unknown') {
      this.#byHand(statement, 'what this does is not known, and so not what takes it back');
    }
    for (const object of this.#knowledge.absorbed(statement)) this.#absorb(statement, object);
    for (const effect of statement.effects) this.#add(statement, effect);
  }

  #add(of: Statement, effect: Effect): void {
    switch (effect.does) {
      case 'create':
        this.#create(of, effect);
        break;
      case 'drop':
        this.#drop(of, effect.object);
        break;
      case 'rename':
        this.#rename(of, effect);
        break;
      case 'alter':
        this.#alter(of, effect);
        break;
      case 'write':
        this.#write(of, effect.table);
        break;
      default:
        effect satisfies never;
    }
  }

  #write(of: Statement, table: string): void {
    if (this.#relation(table) !== null) return;
    this.#byHand(of, `rows of ${table} were written: write what makes them as they were`);
  }

  #create(of: Statement, effect: Extract<Effect, { does: 'create' }>): void {
    const { object, hedged, ifExists } = effect;
    const drop: Drop = {
      does: 'drop',
      of,
      object,
      outsideTransaction: !of.transactional,
      doubtful: hedged === true,
      ifTableExists: ifExists === true,
    };
    // Of a function there may be several by one name; what tolerates another one makes none.
    if (hedged === true && this.#isOwn(object)) return;
    if (hedged === true && replaceable.has(object.type)) {
      const reason = `${shown(object)} may have been replaced: write its former definition`;
      this.#entries.push({
        undoing: { does: 'by-hand', of, reason, unlessReplaced: drop },
        belongsTo: null,
      });
      return;
    }
    const on = object.table === undefined ? null : this.#relation(object.table);
    // The table takes it along. Something made since could be needed by it, and is dropped before the table.
    if (on !== null && on.ordinal === this.#dropped) {
      this.#made.push({ object, ordinal: on.ordinal, gone: false });
      return;
    }
    this.#dropped += 1;
    const made: Made = { object, ordinal: this.#dropped, gone: false };
    // Of what may have been there before, the rest of the script says nothing about what it was.
    if (hedged !== true) this.#made.push(made);
    this.#entries.push({ undoing: drop, belongsTo: hedged === true ? on : made });
  }

  #drop(of: Statement, object: SchemaObject): void {
    const own = this.#own(object);
    if (own !== null) {
      own.gone = true;
      return;
    }
    if (object.table !== undefined && this.#relation(object.table) !== null) return;
    const lost = holdsData.has(object.type) ? '; what it held comes back from a snapshot only' : '';
    this.#byHand(of, `${shown(object)} was dropped: write its definition${lost}`);
  }

  #rename(of: Statement, effect: Extract<Effect, { does: 'rename' }>): void {
    const { object, to, ifExists } = effect;
    const on = object.table === undefined ? null : this.#relation(object.table);
    const own = this.#own(object);
    if (own !== null) own.object = { ...own.object, name: to };
    if (object.type === 'table') {
      for (const made of this.#made) {
        const { table } = made.object;
        if (table !== undefined && sameName(table, object.name)) made.object = { ...made.object, table: to };
      }
    }
    // Its table takes it along under whatever name, unless it is dropped by itself.
    if (on !== null && (own === null || own.ordinal === on.ordinal)) return;
    this.#entries.push({
      undoing: {
        does: 'rename',
        of,
        object: { ...object, name: to },
        to: object.name,
        ifExists: ifExists === true,
      },
      belongsTo: own,
    });
  }

  #alter(of: Statement, effect: Extract<Effect, { does: 'alter' }>): void {
    const { object, what, ifExists } = effect;
    if (this.#isOwn(object) || this.#relation(object.table ?? object.name) !== null) return;
    const inverse = this.#knowledge.inverse(effect, of);
    if (inverse !== null && 'what' in inverse) {
      const undoing = { does: 'alter', of, object, what: inverse.what, ifExists: ifExists === true } as const;
      this.#entries.push({ undoing, belongsTo: null });
      return;
    }
    if (inverse !== null && 'nothing' in inverse) return;
    this.#byHand(of, inverse?.reason ?? `${shown(object)} was altered (${what}): write what it was before`);
  }

  #absorb(of: Statement, object: SchemaObject): void {
    const own = this.#own(object);
    if (own === null) {
      this.#byHand(of, `${shown(object)} goes with what it became part of: write its definition`);
    } else own.gone = true;
  }

  #byHand(of: Statement, reason: ByHand['reason']): void {
    this.#entries.push({ undoing: { does: 'by-hand', of, reason }, belongsTo: null });
  }

  #own(object: SchemaObject): Made | null {
    return this.#made.findLast((made) => !this.#isGone(made) && sameObject(made.object, object)) ?? null;
  }

  #isOwn(object: SchemaObject): boolean {
    return this.#own(object) !== null;
  }

  /** The table or view of the script's own by that name. */
  #relation(name: string): Made | null {
    const found = this.#made.findLast(
      (made) => !made.gone && relations.has(made.object.type) && sameName(made.object.name, name),
    );
    return found ?? null;
  }

  #isGone(made: Made): boolean {
    if (made.gone) return true;
    const { table } = made.object;
    if (table === undefined) return false;
    const on = this.#made.findLast(
      ({ object }) => relations.has(object.type) && sameName(object.name, table),
    );
    return on?.gone === true;
  }
}

/** What OR REPLACE overwrites; of others IF NOT EXISTS leaves alone what is there. */
const replaceable: ReadonlySet<string> = new Set(['view', 'function', 'trigger']);
const holdsData: ReadonlySet<string> = new Set(['table', 'column', 'sequence', 'schema', 'extension']);
const relations: ReadonlySet<string> = new Set(['table', 'view']);

export const shown = ({ type, name, table }: SchemaObject): string =>
  `${type} ${name}${table === undefined ? '' : ` of ${table}`}`;
