import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/core/analysis/statement.ts';
import { deriveUndoings } from '../../../src/core/down/derive.ts';
import { draftText, isDraft } from '../../../src/core/down/draft-text.ts';
import type { DownKnowledge, Undoing } from '../../../src/core/down/undoing.ts';
import { altered, created, dropped, renamed, statement } from '../../support/statements.ts';

const nothing: DownKnowledge = { inverse: () => null, absorbed: () => [] };
const script = (effects: readonly Effect[]) => effects.map((effect) => statement('x', { effects: [effect] }));
const undo = (effects: readonly Effect[], knowledge = nothing) =>
  deriveUndoings(script(effects), knowledge).map(shown);

function shown(undoing: Undoing): string {
  if (undoing.does === 'by-hand') return `by hand: ${undoing.reason}`;
  const { type, name, table } = undoing.object;
  const named = `${undoing.does} ${type} ${name}${table === undefined ? '' : ` on ${table}`}`;
  if (undoing.does === 'rename') return `${named} to ${undoing.to}`;
  return undoing.does === 'alter' ? `${named}: ${undoing.what}` : named;
}

describe('what takes back a script', () => {
  it.for<readonly [name: string, effects: readonly Effect[], undoings: readonly string[]]>([
    ['newest first', [created('a'), created('b')], ['drop table b', 'drop table a']],
    [
      'once',
      [created('t'), created('index i on t'), altered('t'), altered('column c on t')],
      ['drop table t'],
    ],
    [
      'before what it needs',
      [created('t'), created('function f'), created('trigger g on t')],
      ['drop trigger g on t', 'drop function f', 'drop table t'],
    ],
    [
      'not at all when it is gone',
      [created('t'), created('index i on t'), renamed('t', 'u'), dropped('u')],
      [],
    ],
    [
      'by the names of the moment',
      [renamed('a', 'b'), created('column c on b')],
      ['drop column c on b', 'rename table b to a'],
    ],
    [
      'by hand where it is lost',
      [dropped('index i')],
      ['by hand: index i was dropped: write its definition'],
    ],
    [
      'by hand where the former state is not known',
      [altered('t', 'owner')],
      ['by hand: table t was altered (owner): write what it was before'],
    ],
  ])('%s', ([, effects, expected]) => {
    expect(undo(effects)).toEqual(expected);
  });

  it('alters back what the engine knows an inverse of', () => {
    const knowledge = { ...nothing, inverse: () => ({ what: 'off' }) };
    expect(undo([altered('t', 'on')], knowledge)).toEqual(['alter table t: off']);
  });

  it('does not drop by itself what became part of something else', () => {
    const index = { type: 'index', name: 'i', table: 't' } as const;
    const [first, second] = script([created('index i on t'), created('constraint c on t')]);
    if (first === undefined || second === undefined) throw new Error('two statements');
    const absorbed = (of: unknown) => (of === second ? [index] : []);
    expect(deriveUndoings([first, second], { ...nothing, absorbed }).map(shown)).toEqual([
      'drop constraint c on t',
    ]);
  });

  it('leaves of any creations, renamings and drops what was there before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(999), { maxLength: 40 }), (choices) => {
        const world = new World(choices);
        const before = world.shown();
        const effects: Effect[] = [];
        while (world.hasChoices) effects.push(world.change());
        for (const undoing of deriveUndoings(script(effects), nothing)) world.undo(undoing);
        expect(world.shown()).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves every drop of a draft to a person, as its own draft', () => {
    const drops = deriveUndoings(script([created('a'), created('index i on old')]), nothing);
    const back = drops.flatMap((one): Effect[] =>
      one.does === 'drop' ? [{ does: 'drop', object: one.object }] : [],
    );
    expect(deriveUndoings(script(back), nothing).map(({ does }) => does)).toEqual(['by-hand', 'by-hand']);
  });

  it('is marked as a draft until a person takes the mark out', () => {
    const text = draftText('V1__x.sql', [], []);
    expect(isDraft(text)).toBe(true);
    expect(isDraft(text.slice(text.indexOf('\n') + 1))).toBe(false);
  });
});

/** Tables with indexes, changed in the order of the test's choices. */
class World {
  readonly #tables = new Map<string, Set<string>>([
    ['old', new Set(['old_index'])],
    ['older', new Set()],
  ]);
  readonly #made = new Set<string>();
  readonly #choices: number[];
  #count = 0;

  constructor(choices: readonly number[]) {
    this.#choices = [...choices];
  }

  get hasChoices(): boolean {
    return this.#choices.length > 0;
  }

  shown(): unknown {
    return [...this.#tables].map(([name, indexes]) => [name, [...indexes].toSorted()]).toSorted();
  }

  /** Changes something that can be undone: what was there before is renamed and added to, never dropped. */
  change(): Effect {
    const [table, indexes] = this.#one([...this.#tables]);
    const fresh = `n${++this.#count}`;
    switch (this.#choose(4)) {
      case 0:
        this.#tables.set(fresh, new Set());
        this.#made.add(fresh);
        return created(fresh);
      case 1:
        indexes.add(fresh);
        this.#made.add(fresh);
        return created(`index ${fresh} on ${table}`);
      case 2: {
        this.#rename(table, fresh);
        if (this.#made.delete(table)) this.#made.add(fresh);
        return renamed(table, fresh);
      }
      default: {
        const own = [...this.#tables.keys()].filter((name) => this.#made.has(name));
        if (own.length === 0) return altered('index nobody', 'nothing');
        const gone = this.#one(own);
        this.#tables.delete(gone);
        return dropped(gone);
      }
    }
  }

  undo(undoing: Undoing): void {
    if (undoing.does === 'rename') this.#rename(undoing.object.name, undoing.to);
    if (undoing.does !== 'drop') return;
    const { name, table } = undoing.object;
    const among = table === undefined ? this.#tables : this.#tables.get(table);
    if (among?.delete(name) !== true) throw new Error(`there is no ${name}`);
  }

  #rename(from: string, to: string): void {
    const indexes = this.#tables.get(from);
    if (indexes === undefined || this.#tables.has(to)) throw new Error(`${from} cannot be renamed to ${to}`);
    this.#tables.delete(from);
    this.#tables.set(to, indexes);
  }

  #one<T>(items: readonly T[]): T {
    const item = items[this.#choose(items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  #choose(below: number): number {
    return (this.#choices.shift() ?? 0) % below;
  }
}
