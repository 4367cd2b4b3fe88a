import type { Obstacle } from '../../../app/ports/replacement.ts';
import { literal, quoteIdentifier, quoteTable, splitName } from '../quote.ts';
import type { Mapping } from './mapping.ts';
import type { Places } from './places.ts';
import type { OwnSequence, Shape } from './shape.ts';

/** One sequence that both tables draw from, and passes from column to column. */
interface Passed {
  readonly sequence: string;
  readonly oldColumn: string;
  readonly newColumn: string;
  readonly oldType: string;
  /** Null where the new column takes no wider numbers. */
  readonly newType: string | null;
}

/** Two sequences, of which one goes on where the other stands. */
interface Followed {
  readonly oldSequence: string;
  readonly newSequence: string;
}

export interface Sequences {
  readonly passed: readonly Passed[];
  readonly followed: readonly Followed[];
  readonly obstacles: readonly Obstacle[];
}

/** How the numbers go on after the swap. Names are those from before it, quoted and qualified. */
export function pairSequences(before: Shape, after: Shape, up: Mapping, places: Places): Sequences {
  const owned = before.sequences.filter(({ identity }) => !identity);
  const passed = owned.flatMap(({ sequence, column, type }): Passed[] => {
    const drawing = after.drawsFrom.find((one) => one.sequence === sequence);
    if (drawing === undefined) return [];
    const newType = after.columns.find(({ name }) => name === drawing.column)?.type ?? type;
    const wider = ['integer', 'bigint'].includes(newType) && newType !== type;
    return [
      {
        sequence,
        oldColumn: column,
        newColumn: drawing.column,
        oldType: type,
        newType: wider ? newType : null,
      },
    ];
  });
  const followed: Followed[] = [];
  const obstacles: Obstacle[] = [];
  for (const own of after.sequences.filter(({ sequence }) => isIn(sequence, places.newSchema))) {
    const filled = up.columns.find(({ name }) => name === own.column);
    // Rows that are carried take their numbers from it.
    if (filled === undefined) continue;
    const source = sourceOf(filled.from, before.sequences);
    if (source !== undefined) followed.push({ oldSequence: source.sequence, newSequence: own.sequence });
    else
      obstacles.push({
        message: `column ${own.column} of the new table numbers its rows by a sequence of its own, and there is none that it could go on from`,
        expected: `a default that draws from an existing sequence, or none for ${own.column}`,
      });
  }
  return { passed, followed, obstacles };
}

const sourceOf = (expression: string, sequences: readonly OwnSequence[]): OwnSequence | undefined =>
  sequences.find(({ column }) => expression === column || expression === quoteIdentifier(column));

const isIn = (sequence: string, schema: string): boolean => sequence.startsWith(`${schema}.`);

/** Before tables change their schema, which a sequence shares with the table that owns it. */
export const releaseTexts = ({ passed }: Sequences): readonly string[] =>
  passed.map(({ sequence }) => `ALTER SEQUENCE ${sequence} OWNED BY NONE`);

/** Afterwards: the table that is in use owns them, and they reach as far as its column. */
export const adoptTexts = (
  { passed }: Sequences,
  { live }: Places,
  way: 'over' | 'back',
): readonly string[] =>
  passed.flatMap(({ sequence, oldColumn, newColumn, oldType, newType }) => [
    ...(newType === null ? [] : [`ALTER SEQUENCE ${sequence} AS ${way === 'over' ? newType : oldType}`]),
    `ALTER SEQUENCE ${sequence} OWNED BY ${quoteTable(live)}.${quoteIdentifier(way === 'over' ? newColumn : oldColumn)}`,
  ]);

/** While nobody can draw through the table; names are those before the swap, or before it is taken back. */
export function followTexts(
  { followed }: Sequences,
  places: Places,
  way: 'over' | 'back',
): readonly string[] {
  return followed.map(({ oldSequence, newSequence }) => {
    const [from, to] =
      way === 'over'
        ? [oldSequence, newSequence]
        : [moved(newSequence, places.schema), moved(oldSequence, places.oldSchema)];
    return `SELECT pg_catalog.setval(${literal(to)}, last_value, is_called) FROM ${from}`;
  });
}

/** The sequence of a table that has changed its schema. */
const moved = (sequence: string, schema: string): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(splitName(sequence).at(-1) ?? sequence)}`;
