import { literal, quoteIdentifier, quoteTable } from '../quote.ts';
import type { Places } from './places.ts';
import { type Surroundings, schemaHere, tableHere } from './surroundings.ts';

export interface NewTable {
  readonly places: Places;
  readonly from: 'copy' | 'nothing';
  /** The author's own. */
  readonly statements: readonly string[];
  readonly surroundings: Surroundings;
}

/**
 * The statements that make the new table, empty. In its own schema the author's statements find it by the name it
 * will have: theirs come last, so that the server itself draws every consequence (an index on a column that they drop).
 * @param trial leaves out foreign keys, whose making holds up writers of the tables they refer to for a moment
 */
export function newTableTexts(
  { places, from, statements, surroundings }: NewTable,
  trial: boolean,
): readonly string[] {
  const { schema, newSchema, fresh, live } = places;
  const { belongings, foreignKeys, owner, grants, comments, tuning } = surroundings;
  const here = (text: string): string =>
    text.replace(tableHere, () => quoteTable(fresh)).replace(schemaHere, () => quoteIdentifier(newSchema));
  const copy = [
    `CREATE TABLE ${quoteTable(fresh)} (LIKE ${quoteTable(live)} INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS)`,
    ...belongings.map(here),
    ...(trial ? [] : foreignKeys.map(here)),
    ...comments.map(here),
    ...tuning.map(here),
  ];
  return [
    `CREATE SCHEMA ${quoteIdentifier(newSchema)}`,
    ...(from === 'copy' ? copy : []),
    `SET LOCAL search_path = ${quoteIdentifier(newSchema)}, ${quoteIdentifier(schema)}`,
    ...statements,
    'RESET search_path',
    ...grants.map(here),
    ...(owner === null ? [] : [`ALTER TABLE ${quoteTable(fresh)} OWNER TO ${owner}`]),
  ];
}

/** Where the triggers' functions stand, and the writes that the other table refused. */
export const refusedWritesTexts = ({ oldSchema, refusedWrites }: Places): readonly string[] => [
  `CREATE SCHEMA ${quoteIdentifier(oldSchema)}`,
  `CREATE TABLE ${quoteTable(refusedWrites)} (
  way text NOT NULL,
  event text NOT NULL,
  sqlstate text NOT NULL,
  name text,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
)`,
  `COMMENT ON TABLE ${quoteTable(refusedWrites)} IS ${literal(
    'Writes of the application that could not be carried into the other table, and why; no values.',
  )}`,
];
