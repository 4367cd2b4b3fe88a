import type { ReplacementAnswer, ReplacementInput } from '../../../app/ports/replacement.ts';
import type { Statement } from '../../../core/analysis/statement.ts';
import type { DraftStep, ReplacementDraft } from '../../../core/plan/replacement.ts';
import { lockOn } from '../../claim.ts';
import { created, dropped } from '../../effects.ts';
import { ownStatement } from '../own-statement.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import type { Connection } from '../session/connection.ts';
import type { Mapping } from './mapping.ts';
import { functionTexts, type Mirror, mirrorEvents, mirrorFunction } from './mirror.ts';
import { newTableTexts, refusedWritesTexts } from './new-table.ts';
import { type Places, placesOf } from './places.ts';
import { keptHoldsAllText } from './proof.ts';
import { keyNames } from './rows.ts';
import type { Sequences } from './sequences.ts';
import type { Shape } from './shape.ts';
import type { Surroundings } from './surroundings.ts';
import { dropTriggers, makeTriggers, type Swap, swapBack, swapOver, validateReferrers } from './swap.ts';
import { tryOut } from './try-out.ts';

/** What the trial has found out. */
export interface Found {
  readonly before: Shape;
  readonly after: Shape;
  readonly up: Mapping;
  readonly down: Mapping;
  readonly sequences: Sequences;
  readonly surroundings: Surroundings;
}

/** Tries the new table out and writes the statements, or answers everything that stands in the way. */
export async function draftReplacement(
  connection: Connection,
  input: ReplacementInput,
): Promise<ReplacementAnswer> {
  const places = placesOf(input.version, input.table);
  const found = await tryOut(connection, input, places);
  if ('obstacles' in found) return { ok: false, obstacles: found.obstacles };
  return { ok: true, draft: draft(input, places, found) };
}

function draft(input: ReplacementInput, places: Places, found: Found): ReplacementDraft {
  const { before, after, up, down, sequences, surroundings } = found;
  const { live, fresh, kept, refusedWrites } = places;
  const key = keyNames(input.key);
  const forth: Mirror = {
    places,
    way: 'carry',
    from: live,
    into: fresh,
    fromKey: key,
    mapping: up,
    uniques: uniquesBeside(after, up.key),
  };
  const back: Mirror = {
    places,
    way: 'return',
    from: live,
    into: kept,
    fromKey: up.key,
    mapping: down,
    uniques: uniquesBeside(before, key),
  };
  const swap: Swap = { places, surroundings, sequences, back };
  return {
    expand: [makeTable(input, places, surroundings), capture(forth, back)],
    carriage: {
      into: fresh,
      columns: up.columns.map(({ name, type, from }) => ({ name, type, from })),
      intoKey: up.key,
      refusedWrites,
    },
    columns: after.columns.map(({ name, notNull }) => ({ name, nullable: !notNull })),
    switch: [swapOver(swap), ...validateReferrers(surroundings)],
    contract: [dropOld(places)],
    undo: [
      { ...prove(places, up, down, key), undoes: 'switch' },
      { ...swapBack(swap), undoes: 'switch' },
      ...validateReferrers(surroundings).map((step) => ({ ...step, undoes: 'switch' as const })),
      { ...discard(places), undoes: 'expand' },
    ],
  };
}

/** Columns of the indexes that may refuse a row for another one's sake; the key's own is written over. */
const uniquesBeside = ({ uniques }: Shape, key: readonly string[]): readonly string[] => [
  ...new Set(
    uniques
      .filter(({ columns, plain }) => !plain || columns.toSorted().join() !== key.toSorted().join())
      .flatMap(({ columns }) => columns),
  ),
];

function makeTable(input: ReplacementInput, places: Places, surroundings: Surroundings): DraftStep {
  const { from, statements } = input;
  const texts = newTableTexts(
    { places, from, statements: statements.map(({ text }) => text), surroundings },
    false,
  );
  return {
    title: `make the new ${places.live}, empty, as ${places.fresh}`,
    statements: texts.map((text, index) =>
      ownStatement('CREATE TABLE', text, {
        ...(from === 'copy' ? { locks: lockOn('SHARE ROW EXCLUSIVE', ...surroundings.refersTo) } : {}),
        ...(index === 0 ? { effects: [created({ type: 'table', name: places.fresh })] } : {}),
      }),
    ),
  };
}

/** Every function first, so that neither now nor at the swap one is made while the table is locked. */
function capture(forth: Mirror, back: Mirror): DraftStep {
  const { places } = forth;
  return {
    title: `carry every write to ${places.live} into the new table, by triggers`,
    statements: [
      ...refusedWritesTexts(places).map((text) => ownStatement('CREATE TABLE', text)),
      ...[...functionTexts(forth), ...functionTexts(back)].map((text) =>
        ownStatement('CREATE FUNCTION', text, {
          effects: [created({ type: 'function', name: `${places.oldSchema}.*` })],
        }),
      ),
      ...makeTriggers(forth),
    ],
  };
}

function prove(places: Places, up: Mapping, down: Mapping, key: readonly string[]): DraftStep {
  return {
    title: `prove that the old table holds every row of the new ${places.live}`,
    statements: [
      ownStatement('SET', `SET LOCAL search_path = pg_catalog, ${quoteIdentifier(places.schema)}, pg_temp`),
      ownStatement('DO', keptHoldsAllText(places, { up, down, key }), { long: true }),
      ownStatement('RESET', 'RESET search_path'),
    ],
  };
}

function dropOld(places: Places): DraftStep {
  return {
    title: `drop the old ${places.live} and what kept it a mirror`,
    statements: [
      ...dropTriggers(places, 'return'),
      ownStatement('DROP TABLE', `DROP TABLE ${quoteTable(places.kept)}`, {
        destroys: true,
        effects: [dropped({ type: 'table', name: places.kept })],
      }),
      ...clearAway(places),
    ],
  };
}

function discard(places: Places): DraftStep {
  return {
    title: `take the triggers and the new ${places.live} away`,
    statements: [
      ...dropTriggers(places, 'carry'),
      ownStatement('DROP TABLE', `DROP TABLE IF EXISTS ${quoteTable(places.fresh)}`),
      ...clearAway(places),
    ],
  };
}

/** Without CASCADE: a schema in which somebody has put something stays, and says so. */
const clearAway = (places: Places): readonly Statement[] => [
  ...(['carry', 'return'] as const).flatMap((way) =>
    mirrorEvents.map((event) =>
      ownStatement(
        'DROP FUNCTION',
        `DROP FUNCTION IF EXISTS ${quoteTable(mirrorFunction(places, way, event))}()`,
      ),
    ),
  ),
  ownStatement('DROP TABLE', `DROP TABLE IF EXISTS ${quoteTable(places.refusedWrites)}`),
  ownStatement('DROP SCHEMA', `DROP SCHEMA IF EXISTS ${quoteIdentifier(places.newSchema)}`),
  ownStatement('DROP SCHEMA', `DROP SCHEMA IF EXISTS ${quoteIdentifier(places.oldSchema)}`),
];
